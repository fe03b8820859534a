package dev.chatcluster.operator;

import static dev.chatcluster.operator.World.NAMESPACE;
import static dev.chatcluster.operator.World.SOON;
import static dev.chatcluster.operator.World.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.api.v1.RealApiServer;
import dev.chatcluster.kafka.EmbeddedKafka;
import dev.chatcluster.operator.desired.HttpRoutes;
import dev.chatcluster.operator.reconcile.Pace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same operator where defaults are added, versions are checked and rules refuse. */
@Tag("slow")
@Timeout(value = 240, unit = TimeUnit.SECONDS)
@RealApiServer.Required
@TestInstance(Lifecycle.PER_CLASS)
class RealApiServerTest {
  private RealApiServer server;
  private EmbeddedKafka kafka;
  private String brokers;
  private World world;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    server = RealApiServer.start();
    kafka = EmbeddedKafka.start(folder);
    brokers = kafka.bootstrapServers();
    KubernetesClient client = server.client();
    CustomResourceDefinition crd =
        new KubernetesSerialization()
            .unmarshal(
                Files.readString(Path.of("../crds/chatclusters.chatcluster.dev.yaml")),
                CustomResourceDefinition.class);
    client.resource(crd).create();
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .create();
    server.awaitServed(crd);
    Duration often = Duration.ofMillis(500);
    world = new World(client, new Pace(often, Duration.ofMillis(100), often, often));
  }

  @AfterAll
  void stop() {
    if (world != null) world.close();
    if (kafka != null) kafka.close();
    if (server != null) server.close();
  }

  private void ready(String name, int partitions, String... specLines) {
    world.apply(cluster(name, partitions, brokers, specLines));
    for (int p = 0; p < partitions; p++) {
      String deployment = name + "-partition-" + p;
      await().atMost(SOON).until(() -> world.deployment(deployment).get() != null);
      world.podsCome(deployment);
    }
    world.awaitReady(name, "Ready");
  }

  @Test
  void isQuietAlthoughTheServerAddsDefaultsAndWritesQuantitiesItsOwnWay() {
    ready(
        "quiet",
        2,
        "consumer: {resources: {requests: {cpu: \"0.5\", memory: 0.25Gi}, limits: {memory: 1024Mi}}}");
    Deployment deployment = world.deployment("quiet-partition-0").get();
    assertThat(deployment.getSpec().getProgressDeadlineSeconds()).as("a default").isNotNull();
    String versions = versions();
    await().during(Duration.ofSeconds(3)).atMost(SOON).until(() -> versions().equals(versions));
  }

  @Test
  void isQuietWithAllThatCanBeAskedForBesideThePods() {
    ready(
        "beside",
        2,
        """
        consumer:
            replicasPerPartition: 2
            rollout: {maxUnavailable: 100%}
            podTemplate:
              metadata: {labels: {team: red}}
              spec:
                hostNetwork: false
                automountServiceAccountToken: false
                nodeSelector: {}
                tolerations: [{key: chat, operator: Exists, tolerationSeconds: 0, effect: NoExecute}]
                topologySpreadConstraints:
                - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}
                volumes: [{name: extra, emptyDir: {sizeLimit: 1024Mi}}]
                containers:
                - name: consumer
                  volumeMounts: [{name: extra, mountPath: /extra, readOnly: false}]
                  env: [{name: CPUS, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1000m}}}]
                - {name: proxy, image: "proxy:1", ports: [{containerPort: 9000}]}
        """
            .strip(),
        """
        listener:
            service: {type: LoadBalancer, loadBalancerClass: example.com/internal, annotations: {a: b}}
            ingress: {host: chat.example.com, path: /app, className: nginx, tlsSecretName: chat-tls}
            tls: {secretName: chat-tls}
        """
            .strip());
    String versions = versions("beside");
    await()
        .during(Duration.ofSeconds(3))
        .atMost(SOON)
        .until(() -> versions("beside").equals(versions));
    assertThat(world.condition("beside", "Warning").getReason()).isEqualTo("NoWarnings");
    assertThat(world.events("DriftCorrected"))
        .noneMatch(e -> e.getInvolvedObject().getName().equals("beside"));

    world.change(cluster("beside", 2, brokers, "consumer: {replicasPerPartition: 2}"));
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(
                      world
                          .client
                          .network()
                          .v1()
                          .ingresses()
                          .inNamespace(NAMESPACE)
                          .withName("beside-clients")
                          .get())
                  .isNull();
              Service clients = world.service("beside-clients").get();
              assertThat(clients.getSpec().getType()).isEqualTo("ClusterIP");
              assertThat(clients.getMetadata().getAnnotations()).doesNotContainKey("a");
              assertThat(
                      world
                          .deployment("beside-partition-0")
                          .get()
                          .getSpec()
                          .getTemplate()
                          .getSpec()
                          .getContainers())
                  .hasSize(1);
            });
  }

  @Test
  void saysThatThisServerHasNoGatewayApiAndMakesRoutesOnceItHas() {
    String route = "listener: {httpRoute: {parentRefs: [{name: edge, port: 443}]}}";
    world.apply(cluster("gate", 1, brokers, route));
    await().atMost(SOON).until(() -> world.deployment("gate-partition-0").get() != null);
    world.podsCome("gate-partition-0");
    assertThat(world.awaitReady("gate", "GatewayApiMissing")).contains("Gateway API");

    world.client.resource(RealApiServer.httpRoutes()).create();
    world.awaitReady("gate", "Ready");
    Map<String, String> made = routes();
    assertThat(made).containsOnlyKeys("gate-clients", "gate-partition-0");
    await().during(Duration.ofSeconds(2)).atMost(SOON).until(() -> routes().equals(made));

    world.change(cluster("gate", 1, brokers));
    await().atMost(SOON).until(() -> routes().isEmpty());
    world.awaitReady("gate", "Ready");
  }

  /** By name, what version each is of. */
  private Map<String, String> routes() {
    return world
        .client
        .genericKubernetesResources(HttpRoutes.KIND)
        .inNamespace(NAMESPACE)
        .list()
        .getItems()
        .stream()
        .collect(
            Collectors.toMap(
                r -> r.getMetadata().getName(), r -> r.getMetadata().getResourceVersion()));
  }

  private String versions() {
    return versions("quiet");
  }

  private String versions(String cluster) {
    StringBuilder all = new StringBuilder();
    world
        .client
        .policy()
        .v1()
        .podDisruptionBudget()
        .inNamespace(NAMESPACE)
        .withLabel("app.kubernetes.io/instance", cluster)
        .list()
        .getItems()
        .forEach(b -> all.append(b.getMetadata().getResourceVersion()).append(' '));
    world
        .client
        .network()
        .v1()
        .ingresses()
        .inNamespace(NAMESPACE)
        .withLabel("app.kubernetes.io/instance", cluster)
        .list()
        .getItems()
        .forEach(i -> all.append(i.getMetadata().getResourceVersion()).append(' '));
    world
        .client
        .apps()
        .deployments()
        .inNamespace(NAMESPACE)
        .withLabel("app.kubernetes.io/instance", cluster)
        .list()
        .getItems()
        .forEach(d -> all.append(d.getMetadata().getResourceVersion()).append(' '));
    world
        .client
        .services()
        .inNamespace(NAMESPACE)
        .withLabel("app.kubernetes.io/instance", cluster)
        .list()
        .getItems()
        .forEach(s -> all.append(s.getMetadata().getResourceVersion()).append(' '));
    return all + world.get(cluster).getMetadata().getResourceVersion();
  }

  @Test
  void putsBackWhatIsEditedAndKeepsAServicesAddress() {
    ready("drift", 1);
    String address = world.service("drift-clients").get().getSpec().getClusterIP();
    assertThat(address).isNotBlank();
    world
        .service("drift-clients")
        .edit(
            s -> {
              s.getSpec().getPorts().getFirst().setPort(81);
              return s;
            });
    await()
        .atMost(SOON)
        .until(
            () ->
                world.service("drift-clients").get().getSpec().getPorts().getFirst().getPort()
                    == 8080);
    assertThat(world.service("drift-clients").get().getSpec().getClusterIP()).isEqualTo(address);

    world
        .deployment("drift-partition-0")
        .edit(
            d -> {
              d.getSpec()
                  .getTemplate()
                  .getSpec()
                  .getContainers()
                  .getFirst()
                  .getResources()
                  .setLimits(Map.of("memory", Quantity.parse("1Gi")));
              return d;
            });
    await()
        .atMost(SOON)
        .until(
            () ->
                world
                    .deployment("drift-partition-0")
                    .get()
                    .getSpec()
                    .getTemplate()
                    .getSpec()
                    .getContainers()
                    .getFirst()
                    .getResources()
                    .getLimits()
                    .get("memory")
                    .equals(Quantity.parse("256Mi")));
    world.service("drift-partition-0").delete();
    await().atMost(SOON).until(() -> world.service("drift-partition-0").get() != null);
  }

  @Test
  void findsItsChildrenAgainThatLostTheLabelItWatches() {
    ready("hidden", 1);
    world
        .service("hidden-clients")
        .edit(
            s -> {
              s.getMetadata().getLabels().remove("app.kubernetes.io/managed-by");
              return s;
            });
    await()
        .atMost(SOON)
        .until(
            () ->
                "chat-operator"
                    .equals(
                        world
                            .service("hidden-clients")
                            .get()
                            .getMetadata()
                            .getLabels()
                            .get("app.kubernetes.io/managed-by")));
    world.awaitReady("hidden", "Ready");
  }

  @Test
  void removesFromAChildWhatTheSpecDoesNotAskForAnyMore() {
    ready("less", 1, "template: {labels: {team: red}}", "listener: {service: {type: NodePort}}");
    Service before = world.service("less-clients").get();
    assertThat(before.getSpec().getPorts().getFirst().getNodePort()).isNotNull();
    world.change(cluster("less", 1, brokers));
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              Service after = world.service("less-clients").get();
              assertThat(after.getSpec().getType()).isEqualTo("ClusterIP");
              assertThat(after.getSpec().getPorts().getFirst().getNodePort()).isNull();
              assertThat(after.getMetadata().getLabels()).doesNotContainKey("team");
            });
  }

  @Test
  void isScaledUpAndDownWithoutATouchOfThePodsThatStay() {
    ready("scaled", 2, "rescale: {producerRefresh: 0s}");
    List<String> before = templates("scaled", 2);
    world.resource("scaled").scale(5);
    for (int p = 2; p < 5; p++) {
      String deployment = "scaled-partition-" + p;
      await().atMost(SOON).until(() -> world.deployment(deployment).get() != null);
      world.podsCome(deployment);
    }
    world.awaitReady("scaled", "Ready");
    assertThat(world.resource("scaled").scale().getStatus().getReplicas()).isEqualTo(5);
    assertThat(world.get("scaled").getStatus().epoch()).isEqualTo(1);
    assertThatThrownBy(
            () -> world.change(cluster("scaled", 2, brokers, "topic: {name: elsewhere}")))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("spec.topic.name cannot be changed");

    world.resource("scaled").scale(2);
    await().atMost(SOON).until(() -> world.get("scaled").getStatus().epoch() == 2);
    world.routersPass("scaled", brokers);
    await().atMost(SOON).until(() -> world.service("scaled-partition-2").get() == null);
    for (int p = 2; p < 5; p++) {
      assertThat(world.deployment("scaled-partition-" + p).get()).isNull();
    }
    world.awaitCondition("scaled", "Rescaling", "NotRescaling");
    assertThat(templates("scaled", 2)).isEqualTo(before);
  }

  private List<String> templates(String name, int partitions) {
    return IntStream.range(0, partitions)
        .mapToObj(p -> world.deployment(name + "-partition-" + p).get())
        .map(d -> d.getMetadata().getUid() + d.getMetadata().getGeneration() + d.getSpec())
        .toList();
  }

  @Test
  void deletesItsTopicsAndThenLetsGo() throws Exception {
    ready("wiped", 1, "topic: {deletionPolicy: Delete}");
    world.resource("wiped").delete();
    await().atMost(SOON).until(() -> world.get("wiped") == null);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
      await()
          .atMost(SOON)
          .until(
              () ->
                  admin.listTopics().names().get().stream().noneMatch(t -> t.startsWith("wiped")));
    }
  }
}
