package dev.chatcluster.operator;

import static dev.chatcluster.operator.World.SOON;
import static dev.chatcluster.operator.World.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.operator.kafka.ControlTopic;
import dev.chatcluster.operator.kafka.Kafka;
import dev.chatcluster.operator.reconcile.Pace;
import dev.chatcluster.roomlog.epoch.ControlRecord.Owned;
import dev.chatcluster.roomlog.epoch.ControlState;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One Kafka, and operators in Kubernetes clusters that know nothing of each other. */
class OwnerTest extends OnMockApi {
  private MockApi otherApi;
  private World elsewhere;

  @BeforeEach
  void startTheOther() {
    otherApi = new MockApi("another");
    elsewhere = new World(otherApi.client());
  }

  @AfterEach
  void stopTheOther() {
    elsewhere.close();
    otherApi.close();
  }

  @Test
  void theSecondOfTwoKubernetesClustersIsRefusedUntilTheFirstOnesIsGone() throws Exception {
    ready("shared", 2);
    ControlState log = log("shared");
    assertThat(log.owned().number()).isEqualTo(1);
    String uid = world.get("shared").getMetadata().getUid();
    assertThat(log.owned().owner())
        .hasValueSatisfying(
            owner -> {
              assertThat(owner.uid()).isEqualTo(uid);
              assertThat(owner.namespace()).isEqualTo("chat");
              assertThat(owner.name()).isEqualTo("shared");
            });

    world.routersPass("shared", brokers);
    var positions = positions("shared.router");
    String retention = config("shared", "retention.ms");
    elsewhere.apply(cluster("shared", 2, brokers, "topic: {config: {retention.ms: \"1000\"}}"));
    assertThat(elsewhere.awaitReady("shared", "TopicTaken"))
        .contains("belongs to the ChatCluster chat/shared", uid, "take-topic-from=" + uid);
    assertThat(elsewhere.names(Deployment.class)).isEmpty();
    assertThat(log("shared")).isEqualTo(log);
    assertThat(config("shared", "retention.ms")).isEqualTo(retention);
    assertThat(positions("shared.router")).hasSize(2).isEqualTo(positions);

    String logId = world.get("shared").getStatus().logId();
    world.resource("shared").delete();
    elsewhere.awaitReady("shared", "Starting");
    assertThat(elsewhere.get("shared").getStatus().logId()).isEqualTo(logId);
    assertThat(log("shared").owned().number()).isEqualTo(3);
    // So the tokens that clients hold mean the same as before.
    assertThat(log("shared").logId()).isEqualTo(log.logId());
    assertThat(log("shared").epochs()).isEqualTo(log.epochs());
    assertThat(elsewhere.names(Deployment.class)).isNotEmpty();
  }

  @Test
  void whoWaitsForATopicHasItOnceItIsGivenBack() {
    world.close();
    Duration hour = Duration.ofHours(1);
    world = new World(api.client(), new Pace(hour, hour, hour, hour));
    ready("first", 1, "topic: {name: handed}");
    world.apply(cluster("second", 1, brokers, "topic: {name: handed}"));
    world.awaitReady("second", "TopicTaken");
    world.resource("first").delete();
    world.awaitReady("second", "Starting");
  }

  @Test
  void oneThatCouldNotSayThatItIsGoneIsTakenFromByAWordOfTheUser() {
    ready("lost", 1);
    world.close();
    world.resource("lost").delete();
    elsewhere.apply(cluster("lost", 1, brokers));
    take(elsewhere, "lost");
    elsewhere.awaitReady("lost", "Starting");

    // Who comes back is told; nobody takes it from anybody by coming first to see the word.
    world = new World(api.client());
    world.apply(cluster("lost", 1, brokers));
    world.awaitReady("lost", "TopicTaken");
  }

  @Test
  void oneOfTheSameKubernetesClusterThatIsSeenToBeGoneIsFollowedAtOnce() {
    ready("back", 1);
    String logId = world.get("back").getStatus().logId();
    world.close();
    String gone = world.get("back").getMetadata().getUid();
    world.resource("back").delete();
    world.deleteChildrenOf(gone);
    world.apply(cluster("back", 1, brokers));
    world = new World(api.client());
    world.awaitReady("back", "Starting");
    assertThat(world.get("back").getStatus().logId()).isEqualTo(logId);
    Owned owned = log("back").owned();
    assertThat(owned.number()).isEqualTo(2);
    assertThat(owned.owner().orElseThrow().uid())
        .isEqualTo(world.get("back").getMetadata().getUid());
  }

  @Test
  void aKubernetesClusterWhoseKeysAreReplacedIsTheSameOne() {
    var later = new AtomicReference<>(Duration.ZERO);
    world.close();
    world = new World(api.client(), () -> Instant.now().plus(later.get()));
    ready("signed", 1);
    api.signWith("one", "two");
    later.set(Duration.ofMinutes(11));
    touch(world, "signed");
    await().atMost(SOON).until(() -> log("signed").owned().number() == 2);
    assertThat(log("signed").owned().owner().orElseThrow().uid())
        .isEqualTo(world.get("signed").getMetadata().getUid());

    // The operator is away when the former key goes, and the ChatCluster too.
    world.close();
    api.signWith("two");
    String gone = world.get("signed").getMetadata().getUid();
    world.resource("signed").delete();
    world.deleteChildrenOf(gone);
    world.apply(cluster("signed", 1, brokers));
    world = new World(api.client());
    world.awaitReady("signed", "Starting");
    assertThat(log("signed").owned().number()).isEqualTo(3);

    // A key less is no news.
    api.signWith("two", "three");
    world.close();
    world = new World(api.client());
    touch(world, "signed");
    await().atMost(SOON).until(() -> log("signed").owned().number() == 4);
    api.signWith("three");
    world.close();
    world = new World(api.client());
    world.change(cluster("signed", 1, brokers));
    await()
        .during(Duration.ofSeconds(1))
        .atMost(SOON)
        .until(() -> log("signed").owned().number() == 4);
  }

  @Test
  void oneWhoseLogAnotherHasTakenDeletesNoTopicOfIt() throws Exception {
    ready("robbed", 1, "topic: {deletionPolicy: Delete}");
    takenElsewhere("robbed");
    world = new World(api.client());
    world.awaitReady("robbed", "TopicTaken");
    world.resource("robbed").delete();
    await().atMost(SOON).until(() -> world.get("robbed") == null);
    assertThat(exists("robbed")).isTrue();
    assertThat(exists("robbed.control")).isTrue();
    assertThat(world.awaitEvent("TopicLeftBehind").getMessage())
        .contains("belongs to the ChatCluster chat/robbed")
        .contains(elsewhere.get("robbed").getMetadata().getUid());
  }

  @Test
  void twoThatWereToldToTakeItFromEachOtherDoNotGoOnDoingSo() {
    ready("fought", 1);
    takenElsewhere("fought");
    world = new World(api.client());
    touch(world, "fought");
    take(world, "fought");
    world.awaitReady("fought", "Ready");
    touch(elsewhere, "fought");
    elsewhere.awaitReady("fought", "TopicTaken");
    int number = log("fought").owned().number();
    // Both look again and again.
    try (Kafka reader = new Kafka(brokers, Map.of())) {
      ControlTopic control = new ControlTopic(reader, "fought");
      await()
          .during(Duration.ofSeconds(2))
          .atMost(SOON)
          .until(() -> control.read().owned().number() == number);
    }
  }

  /** Leaves behind a ChatCluster whose operator is away and whose log another one has taken. */
  private void takenElsewhere(String name) {
    world.close();
    elsewhere.apply(cluster(name, 1, brokers));
    take(elsewhere, name);
    elsewhere.awaitReady(name, "Starting");
  }

  /** Does what the message says. */
  private static void take(World there, String name) {
    String message = there.awaitReady(name, "TopicTaken");
    String word = message.substring(message.indexOf("take-topic-from=") + 16);
    there
        .resource(name)
        .edit(
            c -> {
              c.getMetadata().getAnnotations().put("chatcluster.dev/take-topic-from", word);
              return c;
            });
  }

  /** Makes an operator look again, which it does by itself only at the resync. */
  private static void touch(World there, String name) {
    there.change(cluster(name, 1, brokers, "topic: {replicas: 1}"));
  }

  private static Map<TopicPartition, OffsetAndMetadata> positions(String group) throws Exception {
    return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
  }

  private static ControlState log(String topic) {
    try (Kafka reader = new Kafka(brokers, Map.of())) {
      return new ControlTopic(reader, topic).read();
    }
  }
}
