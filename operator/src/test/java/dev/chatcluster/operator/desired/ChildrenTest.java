package dev.chatcluster.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.chatcluster.api.v1.ChatCluster;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChildrenTest {
  private static ChatCluster cluster(String spec) {
    return new KubernetesSerialization()
        .unmarshal(
            """
            apiVersion: chatcluster.dev/v1
            kind: ChatCluster
            metadata: {name: studyhub, namespace: chat, uid: u-1}
            spec:
              partitions: 3
            """
                + (spec.startsWith("kafka:")
                        ? spec
                        : "kafka: {bootstrapServers: \"kafka:9092\"}\n" + spec)
                    .indent(2),
            ChatCluster.class);
  }

  private static Children children(String spec) {
    return Children.of(cluster(spec), 3, "chat-consumer:1.0.0", Optional.empty());
  }

  private static Container container(Deployment deployment) {
    return deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
  }

  private static Map<String, String> env(Deployment deployment) {
    Map<String, String> env = new HashMap<>();
    for (EnvVar each : container(deployment).getEnv()) env.put(each.getName(), each.getValue());
    return env;
  }

  private static String hash(HasMetadata object) {
    return object.getMetadata().getAnnotations().get(Labels.SPEC_HASH);
  }

  private static Stream<HasMetadata> all(Children children) {
    return Stream.of(
            children.deployments().stream(),
            children.services().stream(),
            Stream.of(children.clients()))
        .flatMap(each -> each.map(HasMetadata.class::cast));
  }

  @Test
  void areNamedAfterTheClusterAndItsPartitions() {
    Children children = children("");
    assertThat(children.deployments())
        .extracting(d -> d.getMetadata().getName())
        .containsExactly("studyhub-partition-0", "studyhub-partition-1", "studyhub-partition-2");
    assertThat(children.services())
        .extracting(s -> s.getMetadata().getName())
        .containsExactly("studyhub-partition-0", "studyhub-partition-1", "studyhub-partition-2");
    assertThat(children.clients().getMetadata().getName()).isEqualTo("studyhub-clients");
  }

  @Test
  void belongToTheirClusterAndGoWithIt() {
    assertThat(all(children("")))
        .allSatisfy(
            child ->
                assertThat(child.getMetadata().getOwnerReferences())
                    .singleElement()
                    .satisfies(
                        owner -> {
                          assertThat(owner.getUid()).isEqualTo("u-1");
                          assertThat(owner.getKind()).isEqualTo("ChatCluster");
                          assertThat(owner.getController()).isTrue();
                        }));
  }

  @Test
  void selectPodsByThreeLabelsAndNoOther() {
    Children children = children("template: {labels: {team: red}}");
    Map<String, String> selector =
        Map.of(
            "app.kubernetes.io/name",
            "chat-consumer",
            "chatcluster.dev/cluster",
            "studyhub",
            "chatcluster.dev/partition",
            "1");
    Deployment deployment = children.deployments().get(1);
    assertThat(deployment.getSpec().getSelector().getMatchLabels()).isEqualTo(selector);
    assertThat(children.services().get(1).getSpec().getSelector()).isEqualTo(selector);
    assertThat(children.clients().getSpec().getSelector())
        .containsOnlyKeys("app.kubernetes.io/name", "chatcluster.dev/cluster");
    assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels())
        .containsAllEntriesOf(selector)
        .containsEntry("team", "red");
    assertThat(all(children))
        .allSatisfy(c -> assertThat(c.getMetadata().getLabels()).containsEntry("team", "red"));
  }

  @Test
  void tellAPodItsPartitionAndNeverHowManyThereAre() {
    List<Deployment> three = children("").deployments();
    List<Deployment> nine =
        Children.of(cluster(""), 9, "chat-consumer:1.0.0", Optional.empty()).deployments();
    assertThat(nine.subList(0, 3)).isEqualTo(three);
    assertThat(env(three.get(2))).containsEntry("CHAT_PARTITION", "2");
  }

  @Test
  void tellAPodWhatTheSpecSays() {
    Deployment deployment =
        children(
                """
                topic: {name: rooms}
                rooms: {source: {type: Json, pointer: /roomId}, history: {messages: 7, bytes: 1Ki}}
                consumer: {drainSeconds: 5, logging: {level: DEBUG, format: Json}}
                listener:
                  allowedOrigins: ["https://a.example", "https://b.example"]
                  limits: {messageBytes: 2Mi, slowClientBytes: 8Mi}
                """)
            .deployments()
            .get(1);
    assertThat(env(deployment))
        .containsEntry("CHAT_KAFKA_BOOTSTRAP_SERVERS", "kafka:9092")
        .containsEntry("CHAT_TOPIC", "rooms")
        .containsEntry("CHAT_ROOMS_SOURCE", "Json:/roomId")
        .containsEntry("CHAT_PARTITION_URL", "ws://studyhub-partition-{partition}.chat.svc:8080")
        .containsEntry("CHAT_ALLOWED_ORIGINS", "https://a.example,https://b.example")
        .containsEntry("CHAT_DRAIN_SECONDS", "5")
        .containsEntry("CHAT_MESSAGE_BYTES", "2097152")
        .containsEntry("CHAT_SLOW_CLIENT_BYTES", "8388608")
        .containsEntry("CHAT_HISTORY_MESSAGES", "7")
        .containsEntry("CHAT_HISTORY_BYTES", "1024")
        .containsEntry("CHAT_LOG_LEVEL", "DEBUG")
        .containsEntry("CHAT_LOG_FORMAT", "Json")
        .doesNotContainKey("CHAT_KAFKA_CONFIG");
    assertThat(deployment.getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds())
        .isEqualTo(20);
  }

  @Test
  void giveASlowClientRoomForTwoMessages() {
    assertThat(env(children("").deployments().getFirst()))
        .containsEntry("CHAT_MESSAGE_BYTES", "1048576")
        .containsEntry("CHAT_SLOW_CLIENT_BYTES", "2097152");
  }

  @Test
  void handOverKafkasPropertiesSoThatJavaReadsThemAgain() throws Exception {
    Map<String, String> given =
        Map.of(
            "sasl.jaas.config",
            "a.b.Module required username=\"x\" password=\"\\\\ =:#! ä\";",
            "other",
            " leading, tab\t and\nnewline");
    Properties read = new Properties();
    read.load(new StringReader(PodEnvironment.properties(given)));
    assertThat(read).containsExactlyInAnyOrderEntriesOf(given);
  }

  private static final String TLS_AND_PASSWORD =
      """
      kafka:
        bootstrapServers: kafka:9092
        tls:
          trustedCertificates:
            - {secretName: ca, certificate: ca.crt}
            - {secretName: more, pattern: "*.crt"}
        authentication:
          type: scram-sha-512
          username: chat
          passwordSecret: {secretName: user, password: pass}
      """;

  @Test
  void giveAPodOfEachSecretTheKeysThatAreNamedAsFilesAndNothingInItsEnvironment() {
    Deployment deployment = children(TLS_AND_PASSWORD).deployments().getFirst();
    assertThat(env(deployment))
        .containsEntry("CHAT_KAFKA_TLS", "true")
        .containsEntry(
            "CHAT_KAFKA_TRUSTED_CERTIFICATES",
            "/etc/chat-consumer/kafka/trusted-0/ca.crt,/etc/chat-consumer/kafka/trusted-1/*.crt")
        .containsEntry("CHAT_KAFKA_AUTHENTICATION", "scram-sha-512")
        .containsEntry("CHAT_KAFKA_USERNAME", "chat")
        .containsEntry("CHAT_KAFKA_PASSWORD_FILE", "/etc/chat-consumer/kafka/password/pass");
    PodSpec pod = deployment.getSpec().getTemplate().getSpec();
    assertThat(pod.getVolumes())
        .filteredOn(volume -> volume.getSecret() != null)
        .extracting(
            Volume::getName,
            volume -> volume.getSecret().getSecretName(),
            volume -> volume.getSecret().getItems().stream().map(KeyToPath::getKey).toList())
        .containsExactly(
            tuple("kafka-trusted-0", "ca", List.of("ca.crt")),
            tuple("kafka-trusted-1", "more", List.of()),
            tuple("kafka-password", "user", List.of("pass")));
    assertThat(container(deployment).getVolumeMounts())
        .filteredOn(mount -> mount.getName().startsWith("kafka-"))
        .hasSize(3)
        .allMatch(VolumeMount::getReadOnly);
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
  }

  @Test
  void giveAPodItsCertificateOrItsClientSecret() {
    Deployment tls =
        children(
                """
                kafka:
                  bootstrapServers: kafka:9092
                  tls: {}
                  authentication:
                    type: tls
                    certificateAndKey: {secretName: user, certificate: user.crt, key: user.key}
                """)
            .deployments()
            .getFirst();
    assertThat(env(tls))
        .containsEntry("CHAT_KAFKA_TLS", "true")
        .doesNotContainKey("CHAT_KAFKA_TRUSTED_CERTIFICATES")
        .containsEntry(
            "CHAT_KAFKA_CERTIFICATE_FILE", "/etc/chat-consumer/kafka/certificate/user.crt")
        .containsEntry("CHAT_KAFKA_KEY_FILE", "/etc/chat-consumer/kafka/certificate/user.key");
    Deployment oauth =
        children(
                """
                kafka:
                  bootstrapServers: kafka:9092
                  authentication:
                    type: oauth
                    tokenEndpointUri: https://id/token
                    clientId: chat
                    clientSecret: {secretName: id, key: secret}
                    scope: kafka
                """)
            .deployments()
            .getFirst();
    assertThat(env(oauth))
        .containsEntry("CHAT_KAFKA_TOKEN_ENDPOINT", "https://id/token")
        .containsEntry("CHAT_KAFKA_CLIENT_ID", "chat")
        .containsEntry("CHAT_KAFKA_SCOPE", "kafka")
        .containsEntry(
            "CHAT_KAFKA_CLIENT_SECRET_FILE", "/etc/chat-consumer/kafka/client-secret/secret");
  }

  @Test
  void replacePodsWhenWhatTheSecretsHoldIsAnother() {
    ChatCluster cluster = cluster(TLS_AND_PASSWORD);
    List<String> templates = new ArrayList<>();
    for (String hash : List.of("1", "2", "2")) {
      templates.add(
          Children.of(cluster, 1, "i", Optional.of(hash))
              .deployments()
              .getFirst()
              .getSpec()
              .getTemplate()
              .getMetadata()
              .getAnnotations()
              .get(Labels.TEMPLATE_HASH));
    }
    assertThat(templates.get(0)).isNotEqualTo(templates.get(1));
    assertThat(templates.get(1)).isEqualTo(templates.get(2));
  }

  @Test
  void runPodsAsTheRestrictedPodSecurityStandardAsks() {
    PodSpec pod = children("").deployments().getFirst().getSpec().getTemplate().getSpec();
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getEnableServiceLinks()).isFalse();
    Container container = pod.getContainers().getFirst();
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
  }

  @Test
  void keepTheOldPodUntilTheNewOneIsReady() {
    var strategy = children("").deployments().getFirst().getSpec().getStrategy();
    assertThat(strategy.getRollingUpdate().getMaxUnavailable().getIntVal()).isZero();
    assertThat(strategy.getRollingUpdate().getMaxSurge().getIntVal()).isEqualTo(1);
  }

  @Test
  void takeImageAndResourcesFromTheSpecOrElseTheDefaults() {
    Container plain = container(children("").deployments().getFirst());
    assertThat(plain.getImage()).isEqualTo("chat-consumer:1.0.0");
    assertThat(plain.getResources().getRequests())
        .containsEntry("cpu", Quantity.parse("100m"))
        .containsEntry("memory", Quantity.parse("192Mi"));
    assertThat(plain.getResources().getLimits())
        .containsOnly(Map.entry("memory", Quantity.parse("256Mi")));
    Container own =
        container(
            children("consumer: {image: mine:2, imagePullPolicy: Never, resources: {}}")
                .deployments()
                .getFirst());
    assertThat(own.getImage()).isEqualTo("mine:2");
    assertThat(own.getImagePullPolicy()).isEqualTo("Never");
    assertThat(own.getResources().getRequests()).isNullOrEmpty();
  }

  @Test
  void openOnlyTheClientServiceToTheOutside() {
    Children children =
        children("listener: {service: {type: LoadBalancer, annotations: {lb: internal}}}");
    assertThat(children.clients().getSpec().getType()).isEqualTo("LoadBalancer");
    assertThat(children.clients().getMetadata().getAnnotations()).containsEntry("lb", "internal");
    for (Service partition : children.services()) {
      assertThat(partition.getSpec().getType()).isEqualTo("ClusterIP");
      assertThat(partition.getMetadata().getAnnotations()).doesNotContainKey("lb");
    }
  }

  @Test
  void carryAHashThatChangesWithAnythingAndOnlyThen() {
    Children children = children("");
    assertThat(children).isEqualTo(children(""));
    assertThat(all(children).map(ChildrenTest::hash).distinct().count()).isEqualTo(7);
    Children labelled = children("template: {labels: {a: b}}");
    for (int p = 0; p < 3; p++) {
      assertThat(hash(labelled.deployments().get(p)))
          .isNotEqualTo(hash(children.deployments().get(p)));
    }
    Children scaled = children("consumer: {replicasPerPartition: 2}");
    assertThat(scaled.deployments().getFirst().getSpec().getTemplate())
        .isEqualTo(children.deployments().getFirst().getSpec().getTemplate());
    assertThat(hash(scaled.deployments().getFirst()))
        .isNotEqualTo(hash(children.deployments().getFirst()));
  }

  @Test
  void standInTheNamespaceOfTheirCluster() {
    ChatCluster other = cluster("");
    other.getMetadata().setNamespace("elsewhere");
    assertThat(
            Children.of(other, 3, "chat-consumer:1.0.0", Optional.empty())
                .clients()
                .getMetadata()
                .getNamespace())
        .isEqualTo("elsewhere");
    assertThat(ChildNames.url(other)).isEqualTo("ws://studyhub-clients.elsewhere.svc:8080");
  }

  @Test
  void allowAsManyPodsToBeEvictedAsPartitionsMayBeUnavailable() {
    assertThat(children("").maxUnavailable()).isEqualTo(1);
    assertThat(budget("7", 3)).isEqualTo(7);
    assertThat(budget("25%", 12)).isEqualTo(3);
    assertThat(budget("25%", 3)).as("never none").isEqualTo(1);
    assertThat(budget("100%", 1000)).isEqualTo(1000);
    assertThat(children("consumer: {replicasPerPartition: 3}").maxUnavailable())
        .as("each of these pods may be another partition's")
        .isEqualTo(1);
  }

  private static int budget(String asked, int partitions) {
    return Children.of(
            cluster("consumer: {rollout: {maxUnavailable: " + asked + "}}"),
            partitions,
            "i:1",
            Optional.empty())
        .maxUnavailable();
  }

  @Test
  void takeAnIngressToEachPartitionAndToAll() {
    Children children =
        children(
            """
            listener:
              ingress:
                {host: chat.example.com, path: /app, className: nginx, tlsSecretName: chat-tls, annotations: {a: b}}
            """);
    var ingress = children.ingress().orElseThrow();
    assertThat(ingress.getMetadata().getName()).isEqualTo("studyhub-clients");
    assertThat(ingress.getMetadata().getAnnotations()).containsEntry("a", "b");
    assertThat(ingress.getSpec().getIngressClassName()).isEqualTo("nginx");
    assertThat(ingress.getSpec().getTls().getFirst().getSecretName()).isEqualTo("chat-tls");
    assertThat(ingress.getSpec().getRules().getFirst().getHost()).isEqualTo("chat.example.com");
    assertThat(ingress.getSpec().getRules().getFirst().getHttp().getPaths())
        .extracting(p -> p.getPath() + " " + p.getBackend().getService().getName())
        .containsExactly(
            "/app/partitions/0 studyhub-partition-0",
            "/app/partitions/1 studyhub-partition-1",
            "/app/partitions/2 studyhub-partition-2",
            "/app studyhub-clients");
    assertThat(env(children.deployments().getFirst()))
        .containsEntry("CHAT_PATH", "/app")
        .containsEntry("CHAT_PARTITION_URL", "wss://chat.example.com/app/partitions/{partition}");
    assertThat(children("").ingress()).isEmpty();
    assertThat(env(children("").deployments().getFirst())).doesNotContainKey("CHAT_PATH");
  }

  @Test
  void takeARouteToEachPartitionAndToAll() {
    List<GenericKubernetesResource> routes =
        children(
                """
                listener:
                  httpRoute: {parentRefs: [{name: edge, namespace: infra, port: 443}], hostnames: ["*.example.com", chat.example.com]}
                """)
            .routes();
    assertThat(routes)
        .extracting(
            r ->
                r.getMetadata().getName()
                    + " "
                    + r.get("spec", "rules", 0, "matches", 0, "path", "value"))
        .containsExactly(
            "studyhub-partition-0 /partitions/0",
            "studyhub-partition-1 /partitions/1",
            "studyhub-partition-2 /partitions/2",
            "studyhub-clients /");
    assertThat(routes)
        .allSatisfy(
            r -> {
              assertThat(r.<String>get("spec", "rules", 0, "backendRefs", 0, "name"))
                  .isEqualTo(r.getMetadata().getName());
              assertThat(r.<Object>get("spec", "parentRefs", 0))
                  .isEqualTo(Map.of("name", "edge", "namespace", "infra", "port", 443));
            });
    assertThat(children("").routes()).isEmpty();
  }

  @Test
  void haveRoutesWithTheSameHashInEveryProcess() {
    GenericKubernetesResource route =
        children("listener: {httpRoute: {parentRefs: [{name: edge}], hostnames: [a.b]}}")
            .routes()
            .getFirst();
    assertThat(maps(route.get("spec")))
        .as("maps whose order is another in each JVM")
        .noneMatch(map -> map.size() > 1 && !(map instanceof SequencedMap));
  }

  private static Stream<Map<?, ?>> maps(Object value) {
    return switch (value) {
      case Map<?, ?> map ->
          Stream.concat(Stream.of(map), map.values().stream().flatMap(ChildrenTest::maps));
      case List<?> list -> list.stream().flatMap(ChildrenTest::maps);
      default -> Stream.empty();
    };
  }

  @Test
  void keepADollarThatKubernetesWouldTakeForAVariable() {
    String name = "a$(CHAT_TOPIC)$$b";
    Deployment deployment =
        children(
                """
                kafka:
                  bootstrapServers: kafka:9092
                  config: {security.protocol: SASL_PLAINTEXT, sasl.client.callback: "%s"}
                  authentication: {type: plain, username: "%s", passwordSecret: {secretName: s, password: p}}
                rooms: {source: {type: Header, name: "%s"}}
                """
                    .formatted(name, name, name))
            .deployments()
            .getFirst();
    String literal = "a$$(CHAT_TOPIC)$$$$b";
    assertThat(env(deployment))
        .containsEntry("CHAT_KAFKA_USERNAME", literal)
        .containsEntry("CHAT_ROOMS_SOURCE", "Header:" + literal);
    assertThat(env(deployment).get("CHAT_KAFKA_CONFIG")).contains("=" + literal + "\n");
    assertThat(deployment.getMetadata().getAnnotations())
        .containsEntry(Labels.ROOMS_SOURCE, "Header:" + name);
  }

  @Test
  void tellClientsTheAddressThatIsKnownFromOutside() {
    String ingress = "ingress: {host: in.example.com}";
    String route =
        "httpRoute: {parentRefs: [{name: e}], hostnames: [\"*.a\", gw.example.com], path: /x}";
    assertThat(ChildNames.url(cluster("listener: {" + ingress + "}")))
        .isEqualTo("ws://in.example.com");
    assertThat(ChildNames.url(cluster("listener: {" + route + "}")))
        .isEqualTo("wss://gw.example.com/x");
    assertThat(ChildNames.url(cluster("listener: {httpRoute: {parentRefs: [{name: e}]}}")))
        .isEqualTo("ws://studyhub-clients.chat.svc:8080");
    assertThat(ChildNames.url(cluster("listener: {tls: {secretName: s}}")))
        .isEqualTo("wss://studyhub-clients.chat.svc:8080");
    String said = "advertisedUrl: \"wss://out.example.com:8443\"";
    ChatCluster both = cluster("listener: {" + said + ", " + ingress + "}");
    assertThat(ChildNames.url(both)).isEqualTo("wss://out.example.com:8443");
    assertThat(ChildNames.partitionUrl(both))
        .isEqualTo("wss://out.example.com:8443/partitions/{partition}");
  }

  @Test
  void openNoServiceOfAPartitionToTheOutside() {
    Children children =
        children(
            """
            listener: {service: {type: LoadBalancer, loadBalancerClass: a/b, annotations: {a: b}}}
            """);
    assertThat(children.clients().getSpec().getLoadBalancerClass()).isEqualTo("a/b");
    assertThat(children.services())
        .allSatisfy(
            s -> {
              assertThat(s.getSpec().getType()).isEqualTo("ClusterIP");
              assertThat(s.getSpec().getLoadBalancerClass()).isNull();
              assertThat(s.getMetadata().getAnnotations()).doesNotContainKey("a");
            });
  }

  @Test
  void showClientsTheCertificateOfASecretThatThePodsMount() {
    Deployment deployment =
        children("listener: {tls: {secretName: chat-tls}}").deployments().getFirst();
    PodSpec pod = deployment.getSpec().getTemplate().getSpec();
    String mounted =
        pod.getVolumes().stream()
            .filter(v -> v.getSecret() != null)
            .filter(v -> v.getSecret().getSecretName().equals("chat-tls"))
            .findFirst()
            .orElseThrow()
            .getName();
    String folder =
        container(deployment).getVolumeMounts().stream()
            .filter(m -> m.getName().equals(mounted) && m.getReadOnly() && m.getSubPath() == null)
            .findFirst()
            .orElseThrow()
            .getMountPath();
    assertThat(env(deployment))
        .containsEntry("CHAT_TLS_CERTIFICATE", folder + "/tls.crt")
        .containsEntry("CHAT_TLS_KEY", folder + "/tls.key")
        .containsEntry("CHAT_PARTITION_URL", "wss://studyhub-partition-{partition}.chat.svc:8080");
    assertThat(env(children("").deployments().getFirst())).doesNotContainKey("CHAT_TLS_KEY");
  }
}
