package dev.chatcluster.operator;

import static dev.chatcluster.operator.World.SOON;
import static dev.chatcluster.operator.World.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.ControlRecord;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlRecord.Owned;
import dev.chatcluster.roomlog.epoch.Owner;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RescaleTest extends OnMockApi {
  private static final String AT_ONCE = "rescale: {producerRefresh: 0s}";

  @Test
  void startsNewPodsFirstAndTouchesNoOther() throws Exception {
    ready("up", 2, AT_ONCE);
    List<String> before = templates("up", 2);
    world.change(cluster("up", 4, brokers, AT_ONCE));
    await().atMost(SOON).until(() -> world.names(Deployment.class).size() == 4);
    assertThat(world.awaitCondition("up", "Rescaling", "Preparing"))
        .isEqualTo(
            "the change from 2 to 4 partitions is prepared, nothing has changed yet; it waits for"
                + " the new pods of partitions 2, 3 to be ready");
    assertThat(world.awaitReady("up", "Rescaling")).contains("from 2 to 4");
    assertThat(describe("up").partitions()).hasSize(4);
    assertThat(world.get("up").getStatus().epoch()).isZero();
    assertThat(world.get("up").getStatus().partitions()).isEqualTo(2);

    world.podsCome("up-partition-2");
    await()
        .atMost(SOON)
        .until(
            () -> world.condition("up", "Rescaling").getMessage().contains("pods of partition 3 "));
    world.podsCome("up-partition-3");
    world.awaitReady("up", "Ready");
    world.awaitCondition("up", "Rescaling", "NotRescaling");
    assertThat(world.get("up").getStatus().epoch()).isEqualTo(1);
    assertThat(world.get("up").getStatus().partitions()).isEqualTo(4);
    assertThat(world.get("up").getStatus().topic().partitions()).isEqualTo(4);
    assertThat(world.names(Service.class)).hasSize(5);
    assertThat(templates("up", 2)).isEqualTo(before);
    for (String each :
        List.of("RescaleStarted", "TopicGrown", "EpochPublished", "RescaleFinished")) {
      assertThat(world.events(each)).as(each).hasSize(1);
    }
    assertThat(world.events("DriftCorrected")).isEmpty();
  }

  @Test
  void removesPodsOnlyOnceNothingWaitsInWhatTheyOwned() throws Exception {
    ready("down", 4, AT_ONCE);
    send("down", 3);
    List<String> before = templates("down", 2);
    world.change(cluster("down", 2, brokers, AT_ONCE));
    assertThat(world.awaitCondition("down", "Rescaling", "Leaving"))
        .contains("epoch 1 with 2 partitions holds; the pods of partitions 2, 3");
    world.awaitReady("down", "Ready");
    assertThat(world.get("down").getStatus().partitions()).isEqualTo(2);
    // Behind are the barriers of four partitions and one record.
    await().atMost(SOON).until(() -> Objects.equals(world.get("down").getStatus().strayLag(), 5L));

    pass("down", 0, 1);
    pass("down", 1, 1);
    pass("down", 2, 1);
    await().atMost(SOON).until(() -> world.names(Deployment.class).size() == 3);
    await().atMost(SOON).until(() -> world.service("down-partition-2").get() == null);
    assertThat(world.deployment("down-partition-2").get()).isNull();
    await()
        .during(Duration.ofMillis(1500))
        .atMost(SOON)
        .until(() -> world.deployment("down-partition-3").get() != null);
    pass("down", 3, 2);
    world.awaitCondition("down", "Rescaling", "NotRescaling");
    await().atMost(SOON).until(() -> world.service("down-partition-3").get() == null);
    assertThat(world.get("down").getStatus().strayLag()).isZero();
    assertThat(describe("down").partitions()).hasSize(4);
    assertThat(templates("down", 2)).isEqualTo(before);
  }

  @Test
  void usesPartitionsAgainThatWereLeft() throws Exception {
    ready("again", 3, AT_ONCE);
    world.change(cluster("again", 1, brokers, AT_ONCE));
    world.awaitCondition("again", "Rescaling", "Leaving");
    List<String> before = templates("again", 3);
    // Pods that have not gone yet stay, and are not rolled either.
    world.change(cluster("again", 3, brokers, AT_ONCE));
    world.awaitReady("again", "Ready");
    assertThat(world.get("again").getStatus().epoch()).isEqualTo(2);
    assertThat(templates("again", 3)).isEqualTo(before);
    assertThat(describe("again").partitions()).hasSize(3);
    assertThat(world.events("TopicGrown")).isEmpty();
  }

  @Test
  void goesStraightToTheNewestCount() {
    ready("newest", 2, AT_ONCE);
    world.change(cluster("newest", 5, brokers, AT_ONCE));
    await().atMost(SOON).until(() -> world.names(Deployment.class).size() == 5);
    world.change(cluster("newest", 3, brokers, AT_ONCE));
    world.podsCome("newest-partition-2");
    world.awaitReady("newest", "Ready");
    assertThat(world.get("newest").getStatus().partitions()).isEqualTo(3);
    assertThat(world.get("newest").getStatus().epoch()).isEqualTo(1);
    // Those never owned anything.
    await().atMost(SOON).until(() -> world.names(Deployment.class).size() == 3);
  }

  @Test
  void takesBackWhatIsOnlyPrepared() {
    ready("undone", 1, AT_ONCE);
    world.change(cluster("undone", 2, brokers, AT_ONCE));
    world.awaitCondition("undone", "Rescaling", "Preparing");
    await().atMost(SOON).until(() -> world.names(Deployment.class).size() == 2);
    world.change(cluster("undone", 1, brokers, AT_ONCE));
    world.awaitCondition("undone", "Rescaling", "NotRescaling");
    assertThat(world.names(Deployment.class)).hasSize(1);
    assertThat(world.get("undone").getStatus().epoch()).isZero();
  }

  @Test
  void beginsNothingWhilePausedAndCompletesWhatHasBegun() throws Exception {
    ready("paused", 2, AT_ONCE);
    world.change(cluster("paused", 1, brokers, AT_ONCE, "paused: true"));
    assertThat(world.awaitReady("paused", "Paused")).contains("2 partitions are served, not 1");
    world.changeAndAwait(
        cluster("paused", 1, brokers, AT_ONCE, "paused: true", "template: {labels: {a: b}}"));
    assertThat(world.get("paused").getStatus().epoch()).isZero();
    assertThat(world.events("RescaleStarted")).isEmpty();

    anotherOperatorAfterACutHasBegun("paused");
    await().atMost(SOON).until(() -> world.get("paused").getStatus().epoch() == 1);
    assertThat(world.get("paused").getStatus().partitions()).isEqualTo(1);
    assertThat(world.names(Deployment.class)).hasSize(2);
  }

  @Test
  void completesWhatHasBegunAlsoWhenTheSpecHasBecomeInvalid() throws Exception {
    ready("typo", 2, AT_ONCE);
    world.change(
        cluster(
            "typo", 2, brokers, AT_ONCE, "consumer: {podTemplate: {spec: {nodeSelectr: {a: b}}}}"));
    world.awaitReady("typo", "InvalidSpec");

    anotherOperatorAfterACutHasBegun("typo");
    await().atMost(SOON).until(() -> world.get("typo").getStatus().epoch() == 1);
    assertThat(world.get("typo").getStatus().partitions()).isEqualTo(1);
    world.awaitReady("typo", "InvalidSpec");
    assertThat(world.names(Deployment.class)).hasSize(2);
  }

  /** From two partitions to one; the former operator ended in the middle. */
  private void anotherOperatorAfterACutHasBegun(String name) throws Exception {
    world.close();
    LogId id = new LogId(world.get(name).getStatus().logId(), describe(name).topicId().toString());
    append(
        name + ".control",
        new CutStarted(id, 1, 1, Partitioning.KAFKA_DEFAULT, List.of(0L, 0L), "nonce"));
    world = new World(api.client());
  }

  @Test
  void waitsForProducersToSeeTheTopicGrowAlsoOverARestart() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    InstantSource clock = now::get;
    world.close();
    world = new World(api.client(), clock);
    ready("patient", 1);
    world.change(cluster("patient", 2, brokers));
    await().atMost(SOON).until(() -> world.names(Deployment.class).size() == 2);
    world.podsCome("patient-partition-1");
    String waiting = "another %s (until 2026-01-01T00:05:30Z, spec.rescale.producerRefresh)";
    await()
        .atMost(SOON)
        .until(() -> message("patient").contains("it waits " + waiting.formatted("5m40s")));
    assertThat(world.get("patient").getStatus().topic().grown()).isEqualTo("2026-01-01T00:00:00Z");

    world.close();
    now.set(Instant.parse("2026-01-01T00:05:25Z"));
    world = new World(api.client(), clock);
    await().atMost(SOON).until(() -> message("patient").contains(waiting.formatted("10s")));
    assertThat(world.get("patient").getStatus().epoch()).isZero();
    now.set(Instant.parse("2026-01-01T00:05:30Z"));
    world.awaitReady("patient", "Ready");
    assertThat(world.get("patient").getStatus().epoch()).isEqualTo(1);
    // The topic does not grow again.
    world.change(cluster("patient", 1, brokers));
    await().atMost(SOON).until(() -> world.get("patient").getStatus().epoch() == 2);
  }

  @Test
  void beginsNothingThatTheSpecDoesNotAskForAnyMore() {
    AtomicReference<Instant> now = prepared("recanted");
    world.change(cluster("recanted", 1, brokers, "topic: {config: {cleanup.policy: compact}}"));
    world.awaitReady("recanted", "InvalidSpec");
    assertNoCut(now);
  }

  @Test
  void beginsNothingInALogThatAnotherHasTaken() {
    AtomicReference<Instant> now = prepared("deposed");
    Owner other = new Owner("uid", "elsewhere", "other", "another");
    append("deposed.control", new Owned(2, Optional.of(other)));
    assertNoCut(now);
    world.awaitReady("deposed", "TopicTaken");
  }

  /** From one partition to two, but for the wait for producers. */
  private AtomicReference<Instant> prepared(String name) {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    world.close();
    world = new World(api.client(), now::get);
    ready(name, 1);
    world.change(cluster(name, 2, brokers));
    await().atMost(SOON).until(() -> world.names(Deployment.class).size() == 2);
    world.podsCome(name + "-partition-1");
    await().atMost(SOON).until(() -> message(name).contains("it waits another 5m40s"));
    return now;
  }

  private void assertNoCut(AtomicReference<Instant> now) {
    now.set(Instant.parse("2026-01-01T00:06:00Z"));
    await()
        .during(Duration.ofSeconds(3))
        .atMost(SOON)
        .until(() -> world.events("EpochPublished").isEmpty());
  }

  @Test
  @Tag("slow")
  void datesTheStrayLagAnewOnlyWhereSomethingWasWritten() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    InstantSource clock = now::get;
    world.close();
    world = new World(api.client(), clock);
    ready("dated", 1, AT_ONCE);
    send("dated", 0);
    now.set(Instant.parse("2026-01-01T00:01:00Z"));
    await()
        .atMost(SOON)
        .until(
            () -> {
              // What a router has not passed within a few seconds is worth a word.
              now.updateAndGet(t -> t.plusSeconds(1));
              return lag("dated").startsWith("1 at 2026-01-01T00:0");
            });
    String at = world.get("dated").getStatus().strayLagAt();
    pass("dated", 0, 1);
    await().atMost(SOON).until(() -> lag("dated").equals("0 at " + at));

    api.takeRequests();
    now.set(Instant.parse("2026-01-01T01:00:00Z"));
    await().during(Duration.ofSeconds(3)).atMost(SOON).until(() -> api.takeRequests().isEmpty());
    assertThat(lag("dated")).isEqualTo("0 at " + at);

    send("dated", 0);
    pass("dated", 0, 2);
    now.set(Instant.parse("2026-01-01T02:00:00Z"));
    await().atMost(SOON).until(() -> lag("dated").equals("0 at 2026-01-01T02:00:00Z"));
  }

  private String lag(String name) {
    return world.get(name).getStatus().strayLag()
        + " at "
        + world.get(name).getStatus().strayLagAt();
  }

  @Test
  void fencesARouterThatIsFrozenInATransaction() {
    ready("frozen", 2, AT_ONCE);
    String uid = world.get("frozen").getStatus().logId();
    Map<String, Object> router =
        Map.of(
            "bootstrap.servers",
            brokers,
            "transactional.id",
            Names.routerTransactionalId("frozen", uid, 0),
            "transaction.timeout.ms",
            60_000);
    TopicPartition target = new TopicPartition("frozen", 1);
    try (var frozen =
            new KafkaProducer<>(router, new ByteArraySerializer(), new ByteArraySerializer());
        var reader =
            new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
      reader.assign(List.of(target));
      reader.seekToBeginning(List.of(target));
      frozen.initTransactions();
      frozen.beginTransaction();
      frozen.send(new ProducerRecord<>("frozen", 1, null, new byte[] {1}));
      frozen.flush();
      long since = System.nanoTime();
      send("frozen", 1);
      var read = reader.poll(Duration.ofSeconds(30));
      Duration held = Duration.ofNanos(System.nanoTime() - since);
      System.out.printf("readers went on %d ms after the router froze%n", held.toMillis());
      assertThat(read).hasSize(1);
      assertThat(held).as("by itself it would be 60 s").isLessThan(Duration.ofSeconds(30));
    }
    world.awaitEvent("RouterFenced");
  }

  private String message(String name) {
    return String.valueOf(world.condition(name, "Rescaling").getMessage());
  }

  /** What a pod is: not touched means neither a new generation nor another template. */
  private List<String> templates(String name, int partitions) {
    return IntStream.range(0, partitions)
        .mapToObj(p -> world.deployment(name + "-partition-" + p).get())
        .map(d -> d.getMetadata().getUid() + d.getMetadata().getGeneration() + d.getSpec())
        .toList();
  }

  private static void pass(String topic, int partition, long offset) throws Exception {
    admin
        .alterConsumerGroupOffsets(
            Names.routerGroup(topic),
            Map.of(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)))
        .all()
        .get();
  }

  private static void send(String topic, int partition) {
    try (var producer = producer()) {
      producer.send(new ProducerRecord<>(topic, partition, new byte[] {1}, new byte[] {2}));
    }
  }

  private static void append(String topic, ControlRecord record) {
    try (var producer = producer()) {
      producer.send(new ProducerRecord<>(topic, 0, null, record.toJson()));
    }
  }

  private static KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", brokers), new ByteArraySerializer(), new ByteArraySerializer());
  }
}
