package dev.chatcluster.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.api.v1.ChatCluster;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.StringReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
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
              kafka: {bootstrapServers: "kafka:9092"}
            """
                + spec.indent(2),
            ChatCluster.class);
  }

  private static Children children(String spec) {
    return Children.of(cluster(spec), 3, "chat-consumer:1.0.0");
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
    List<Deployment> nine = Children.of(cluster(""), 9, "chat-consumer:1.0.0").deployments();
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
    assertThat(Children.of(other, 3, "chat-consumer:1.0.0").clients().getMetadata().getNamespace())
        .isEqualTo("elsewhere");
    assertThat(ChildNames.url(other)).isEqualTo("ws://studyhub-clients.elsewhere.svc:8080");
  }
}
