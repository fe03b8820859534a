package dev.chatcluster.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The sentences in docs/troubleshooting.md are those that {@code kubectl describe} shows. */
class TroubleshootingTest extends OnMockApi {
  private static String page;

  @BeforeAll
  static void read() throws IOException {
    page = Files.readString(Path.of("../docs/troubleshooting.md")).replaceAll("\\s+", " ");
  }

  /** What {@code Ready} says, as the page would write it. */
  private void explained(String name, String reason) {
    explained(name, reason, name, brokers);
  }

  private void explained(String name, String reason, String topic, String kafka) {
    String said =
        world.awaitReady(name, reason).replace(kafka, "kafka:9092").replace(topic, "studyhub");
    assertThat(page).contains("`" + reason + "`").contains(said);
  }

  @Test
  void kafkaIsAway() {
    world.apply(World.cluster("ts-away", 1, "127.0.0.1:1"));
    explained("ts-away", "KafkaUnreachable", "ts-away", "127.0.0.1:1");
  }

  @Test
  void aSecretIsMissing() {
    world.apply(
        World.cluster(
            "ts-secret",
            1,
            "",
            "kafka: {bootstrapServers: \""
                + brokers
                + "\", authentication: {type: scram-sha-512,"
                + " username: chat, passwordSecret: {secretName: chat-user, password: password}}}"));
    explained("ts-secret", "SecretNotFound");
  }

  @Test
  void theSpecAsksForWhatCannotBe() {
    world.apply(World.cluster("ts-spec", 0, brokers));
    explained("ts-spec", "InvalidSpec");
  }

  @Test
  void thereAreTooFewBrokers() {
    world.apply(World.cluster("ts-replicas", 1, brokers, "topic: {replicas: 3}"));
    explained("ts-replicas", "ReplicationFactorTooHigh");
  }

  @Test
  void theTopicHasMorePartitions() throws Exception {
    createTopic("ts-wide", 5, Map.of());
    world.apply(World.cluster("ts-wide", 3, brokers));
    explained("ts-wide", "TooManyPartitions");
  }

  @Test
  void theTopicIsCompacted() throws Exception {
    createTopic("ts-compacted", 1, Map.of("cleanup.policy", "compact"));
    world.apply(World.cluster("ts-compacted", 1, brokers));
    explained("ts-compacted", "CleanupPolicyNotDelete");
  }

  @Test
  void theTopicIsGone() throws Exception {
    ready("ts-deleted", 1);
    admin.deleteTopics(List.of("ts-deleted")).all().get();
    await().atMost(World.SOON).until(() -> !exists("ts-deleted"));
    world.change(World.cluster("ts-deleted", 1, brokers, "template: {labels: {a: b}}"));
    explained("ts-deleted", "TopicDeleted");
  }

  @Test
  void theTopicIsAnothers() {
    ready("ts-first", 1);
    world.apply(World.cluster("ts-second", 1, brokers, "topic: {name: ts-first}"));
    explained("ts-second", "TopicTaken", "ts-first", brokers);
  }

  @Test
  void aNameIsTaken() {
    Deployment foreign =
        new DeploymentBuilder()
            .withNewMetadata()
            .withName("ts-taken-partition-0")
            .withNamespace(World.NAMESPACE)
            .endMetadata()
            .build();
    world.client.resource(foreign).create();
    world.apply(World.cluster("ts-taken", 1, brokers));
    explained("ts-taken", "NameTaken");
  }

  @Test
  void theImageCannotBePulled() {
    pod(
        "ts-image",
        """
        containerStatuses:
        - name: consumer
          image: "chat-consumer:test"
          state:
            waiting:
              reason: ImagePullBackOff
              message: 'Back-off pulling image "chat-consumer:test": ErrImagePull: rpc error: code = NotFound
                desc = failed to pull and unpack image "docker.io/library/chat-consumer:test": failed to resolve
                reference "docker.io/library/chat-consumer:test": docker.io/library/chat-consumer:test: not found'
        """);
    explained("ts-image", "ImagePullBackOff");
  }

  @Test
  void theProcessEndsAgainAndAgain() {
    pod(
        "ts-crash",
        """
        containerStatuses:
        - name: consumer
          image: "chat-consumer:test"
          restartCount: 4
          state: {waiting: {reason: CrashLoopBackOff}}
          lastState: {terminated: {exitCode: 137, reason: OOMKilled}}
        """);
    explained("ts-crash", "CrashLoopBackOff");
  }

  @Test
  void noNodeTakesThePod() {
    pod(
        "ts-nodes",
        """
        conditions:
        - {type: PodScheduled, status: "False", reason: Unschedulable, message: 0/3 nodes are available}
        """);
    explained("ts-nodes", "Unschedulable");
  }

  /** Gives the only pod of a new ChatCluster this status. */
  private void pod(String name, String status) {
    world.apply(World.cluster(name, 1, brokers));
    world.awaitReady(name, "Starting");
    Deployment deployment = world.deployment(name + "-partition-0").get();
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withName(name + "-partition-0-abc")
            .withNamespace(World.NAMESPACE)
            .withLabels(deployment.getSpec().getTemplate().getMetadata().getLabels())
            .withAnnotations(deployment.getSpec().getTemplate().getMetadata().getAnnotations())
            .endMetadata()
            .withStatus(new KubernetesSerialization().unmarshal(status, PodStatus.class))
            .build();
    world.client.resource(pod).create();
  }
}
