package dev.chatcluster.operator;

import static dev.chatcluster.operator.World.SOON;
import static dev.chatcluster.operator.World.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.roomlog.epoch.ControlRecord;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TopicTest extends OnMockApi {
  @Test
  void writesTheFirstEpochOnceAndNeverAgain() throws Exception {
    ready("first", 3, "rooms: {partitioning: Modulo}");
    world.change(
        cluster(
            "first", 3, brokers, "rooms: {partitioning: Modulo}", "template: {labels: {a: b}}"));
    world.awaitReady("first", "RollingOut");
    List<ControlRecord> log = epochs("first");
    assertThat(log).hasSize(1);
    EpochPublished epoch = (EpochPublished) log.getFirst();
    assertThat(epoch.epoch()).isEqualTo(Epoch.first(3, Partitioning.MODULO));
    assertThat(epoch.logId().uid()).isEqualTo(world.get("first").getStatus().logId());
    assertThat(epoch.logId().topicId()).isEqualTo(describe("first").topicId().toString());
  }

  @Test
  void givesItsTopicsWhatOrderAndMessagesNeed() throws Exception {
    ready(
        "made",
        2,
        "topic: {name: rooms.made, config: {retention.ms: \"3600000\"}}",
        "listener: {limits: {messageBytes: 2Mi}}");
    assertThat(config("rooms.made", "cleanup.policy")).isEqualTo("delete");
    assertThat(config("rooms.made", "retention.ms")).isEqualTo("3600000");
    assertThat(config("rooms.made", "max.message.bytes"))
        .isEqualTo(Integer.toString(2 * 1024 * 1024 + 64 * 1024));
    assertThat(config("rooms.made.control", "cleanup.policy")).isEqualTo("delete");
    assertThat(config("rooms.made.control", "retention.ms")).isEqualTo("-1");
    assertThat(config("rooms.made.control", "retention.bytes")).isEqualTo("-1");
  }

  @Test
  void correctsTheConfigurationOfATopicItCreated() throws Exception {
    ready("config", 1);
    world.change(
        cluster(
            "config",
            1,
            brokers,
            "topic: {config: {retention.ms: \"7200000\"}}",
            "listener: {limits: {messageBytes: 3Mi}}"));
    await().atMost(SOON).until(() -> config("config", "retention.ms").equals("7200000"));
    await().atMost(SOON).until(() -> config("config", "max.message.bytes").equals("3211264"));
    world.awaitEvent("TopicConfigured");
  }

  @Test
  void findsNothingToCorrectInAConfigurationThatKafkaWritesInAnotherWay() throws Exception {
    String config =
        "topic: {config: {unclean.leader.election.enable: \"False\","
            + " min.cleanable.dirty.ratio: \"0.50\", retention.ms: \" 07200000\","
            + " cleanup.policy: delete}}";
    createTopic("words", 1, Map.of());
    ready("words", 1, config);
    world.awaitEvent("TopicConfigured");
    assertThat(config("words", "min.cleanable.dirty.ratio")).isEqualTo("0.5");
    int before = world.events("TopicConfigured").getFirst().getCount();
    world.changeAndAwait(cluster("words", 1, brokers, config, "template: {labels: {a: b}}"));
    assertThat(world.events("TopicConfigured"))
        .singleElement()
        .satisfies(event -> assertThat(event.getCount()).isEqualTo(before));
  }

  @Test
  void knowsATopicAsItsOwnAlsoWhenTheOperatorWasKilledBeforeItCouldSaySo() throws Exception {
    createdButNotSaid("killed", 3);
    world = new World(api.client());
    world.awaitReady("killed", "Starting");
    assertThat(world.get("killed").getStatus().topic().created()).isTrue();
    assertThat(world.events("TopicAdopted")).isEmpty();
    assertThat(epochs("killed")).hasSize(1);
  }

  @Test
  void usesFewerPartitionsThanATopicOfItsOwnHasThatNobodyHasUsedYet() throws Exception {
    world.close();
    world.apply(cluster("fewer", 2, brokers));
    announce("fewer");
    // As the operator does it, for a spec that asked for more then.
    createTopic("fewer", 3, Map.of("max.message.bytes", Integer.toString(1024 * 1024 + 64 * 1024)));
    world = new World(api.client());
    world.awaitReady("fewer", "Starting");
    EpochPublished epoch = (EpochPublished) control("fewer").getFirst();
    assertThat(epoch.epoch().partitions()).isEqualTo(2);
    assertThat(epoch.epoch().routed()).containsExactly(0L, 0L, 0L);
    assertThat(world.get("fewer").getStatus().partitions()).isEqualTo(2);
  }

  @Test
  void adoptsATopicThatSomebodyElseCreatedWhereItWasAboutTo() throws Exception {
    world.close();
    world.apply(cluster("faster", 1, brokers));
    announce("faster");
    createTopic("faster", 1, Map.of());
    world = new World(api.client());
    world.awaitReady("faster", "Starting");
    assertThat(world.get("faster").getStatus().topic().created()).isFalse();
    world.awaitEvent("TopicAdopted");
  }

  private void announce(String name) {
    ChatClusterStatus.Topic topic = new ChatClusterStatus.Topic(name, null, null, true, null);
    world
        .resource(name)
        .editStatus(
            there -> {
              there.setStatus(
                  new ChatClusterStatus(
                      null, null, null, null, null, null, null, topic, null, null, null, null,
                      List.of(), List.of()));
              return there;
            });
  }

  @Test
  void adoptsATopicWithItsRecordsAndAltersOnlyWhatTheSpecNames() throws Exception {
    createTopic("old", 2, Map.of("max.message.bytes", "1000000", "retention.ms", "1000"));
    send("old", 1, 5);
    world.apply(cluster("old", 2, brokers, "topic: {config: {retention.ms: \"-1\"}}"));
    world.awaitReady("old", "Starting");
    EpochPublished epoch = (EpochPublished) control("old").getFirst();
    assertThat(epoch.epoch())
        .isEqualTo(Epoch.adopting(2, Partitioning.KAFKA_DEFAULT, List.of(0L, 5L)));
    assertThat(world.get("old").getStatus().topic().created()).isFalse();
    assertThat(config("old", "retention.ms")).isEqualTo("-1");
    assertThat(config("old", "max.message.bytes")).isEqualTo("1000000");
    assertThat(world.awaitEvent("TopicAdopted").getMessage())
        .contains("2 partitions and 5 records");
    assertThat(world.condition("old", "Warning").getReason()).isEqualTo("MessageLimitTooLow");
  }

  @Test
  void growsAnAdoptedTopicThatHasFewerPartitionsThanAskedFor() throws Exception {
    createTopic("narrow", 1, Map.of());
    send("narrow", 0, 3);
    world.apply(cluster("narrow", 3, brokers));
    world.awaitReady("narrow", "Starting");
    assertThat(describe("narrow").partitions()).hasSize(3);
    assertThat(((EpochPublished) control("narrow").getFirst()).epoch().routed())
        .containsExactly(3L, 0L, 0L);
    assertThat(world.get("narrow").getStatus().topic().partitions()).isEqualTo(3);
  }

  @Test
  void refusesATopicWithMorePartitionsThanAskedForUntilTheSpecSaysSo() throws Exception {
    createTopic("wide", 4, Map.of());
    world.apply(cluster("wide", 2, brokers));
    assertThat(world.awaitReady("wide", "TooManyPartitions"))
        .contains("has 4 partitions, spec.partitions is 2", "never shrunk");
    assertThat(exists("wide.control")).isFalse();
    assertThat(world.names(Deployment.class)).isEmpty();
    world.change(cluster("wide", 4, brokers));
    world.awaitReady("wide", "Starting");
  }

  @Test
  void refusesACompactedTopicUntilItIsNot() throws Exception {
    createTopic("compacted", 1, Map.of("cleanup.policy", "compact"));
    world.apply(cluster("compacted", 1, brokers));
    assertThat(world.awaitReady("compacted", "CleanupPolicyNotDelete"))
        .contains("set it to delete");
    assertThat(world.condition("compacted", "TopicReady").getStatus()).isEqualTo("False");
    alter("compacted", "cleanup.policy", "delete");
    world.awaitReady("compacted", "Starting");
    world.awaitEvent("Resolved");
  }

  @Test
  void leavesATopicOfOthersAloneAndSaysWhatItMustBe() throws Exception {
    String[] lines = {
      "topic: {management: External, config: {retention.ms: \"3600000\"}}",
      "rescale: {producerRefresh: 0s}"
    };
    world.apply(cluster("others", 3, brokers, lines));
    assertThat(world.awaitReady("others", "TopicMissing"))
        .contains("topic others is not there", "with 3 partitions and cleanup.policy=delete");
    assertThat(exists("others")).isFalse();
    createTopic("others", 2, Map.of("cleanup.policy", "compact"));
    assertThat(world.awaitReady("others", "CleanupPolicyNotDelete")).contains("set it to delete");
    alter("others", "cleanup.policy", "delete");
    assertThat(world.awaitReady("others", "TooFewPartitions"))
        .contains("has 2 partitions", "give it 3 partitions where it is managed");
    assertThat(exists("others.control")).isFalse();
    admin.createPartitions(Map.of("others", NewPartitions.increaseTo(3))).all().get();
    world.awaitReady("others", "Starting");
    podsCome("others", 3);
    world.awaitReady("others", "Ready");
    assertThat(world.awaitCondition("others", "Warning", "Multiple"))
        .contains("set retention.ms=3600000 where it is managed", "max.message.bytes=1048588");
    assertThat(config("others", "retention.ms")).isEqualTo("604800000");
    assertThat(world.get("others").getStatus().topic().created()).isFalse();

    world.change(cluster("others", 5, brokers, lines));
    assertThat(world.awaitReady("others", "RescaleBlocked"))
        .contains("it cannot go on: topic others has 3 partitions", "give it 5 partitions");
    assertThat(describe("others").partitions()).hasSize(3);
    admin.createPartitions(Map.of("others", NewPartitions.increaseTo(5))).all().get();
    await().atMost(SOON).until(() -> world.names(Deployment.class).size() == 5);
    podsCome("others", 5);
    await().atMost(SOON).until(() -> world.get("others").getStatus().epoch() == 1);
    world.resource("others").delete();
    await().atMost(SOON).until(() -> world.get("others") == null);
    assertThat(exists("others")).isTrue();
  }

  @Test
  void putsBackACleanupPolicyThatIsItsOwnToSet() throws Exception {
    ready("mine", 1);
    alter("mine", "cleanup.policy", "compact");
    touch("mine", 1);
    await().atMost(SOON).until(() -> config("mine", "cleanup.policy").equals("delete"));
    createTopic("named", 1, Map.of("cleanup.policy", "compact"));
    world.apply(cluster("named", 1, brokers, "topic: {config: {cleanup.policy: delete}}"));
    world.awaitReady("named", "Starting");
    assertThat(config("named", "cleanup.policy")).isEqualTo("delete");
    assertThat(world.events("CleanupPolicyNotDelete")).isEmpty();
  }

  @Test
  void putsBackWhatKeepsTheControlTopicForEver() throws Exception {
    ready("kept", 1);
    alter("kept.control", "retention.ms", "86400000");
    alter("kept.control", "cleanup.policy", "compact");
    // Brokers hear of a change a moment after it is made.
    await().atMost(SOON).until(() -> config("kept.control", "cleanup.policy").equals("compact"));
    touch("kept", 1);
    await().atMost(SOON).until(() -> config("kept.control", "retention.ms").equals("-1"));
    await().atMost(SOON).until(() -> config("kept.control", "cleanup.policy").equals("delete"));
    assertThat(world.awaitEvent("TopicConfigured").getMessage()).contains("kept.control");
  }

  @Test
  void saysNothingOfAMessageLimitThatItHasJustRaised() throws Exception {
    ready("raised", 1);
    world.change(cluster("raised", 1, brokers, "listener: {limits: {messageBytes: 5Mi}}"));
    world.awaitEvent("TopicConfigured");
    world.awaitReady("raised", "RollingOut");
    assertThat(world.condition("raised", "Warning").getReason()).isEqualTo("NoWarnings");
    assertThat(world.events("MessageLimitTooLow")).isEmpty();
  }

  @Test
  void goesOnWithALogThatWasThereBefore() throws Exception {
    createTopic("before", 2, Map.of());
    createTopic("before.control", 1, Map.of());
    LogId id = new LogId("somebody", describe("before").topicId().toString());
    append("before.control", new EpochPublished(id, Epoch.first(2, Partitioning.KAFKA_DEFAULT)));
    world.apply(cluster("before", 2, brokers));
    world.awaitReady("before", "Starting");
    assertThat(world.get("before").getStatus().logId()).isEqualTo("somebody");
    assertThat(epochs("before")).hasSize(1);
    world.awaitEvent("LogTakenOver");
  }

  @Test
  void servesTheSameLogAfterDeletionAndCreation() throws Exception {
    ready("again", 2);
    String logId = world.get("again").getStatus().logId();
    String uid = world.get("again").getMetadata().getUid();
    world.resource("again").delete();
    world.apply(cluster("again", 2, brokers));
    // What Kubernetes' garbage collector does, also with what a round made that was under way.
    await()
        .atMost(SOON)
        .until(
            () -> {
              world.deleteChildrenOf(uid);
              return "Starting".equals(world.condition("again", "Ready").getReason());
            });
    assertThat(world.get("again").getStatus().logId()).isEqualTo(logId);
    assertThat(epochs("again")).hasSize(1);
  }

  @Test
  void stopsWhenTheTopicWasDeletedOrCreatedAnew() throws Exception {
    ready("marker", 1);
    ready("anew", 1);
    ChatClusterStatus before = world.get("anew").getStatus();
    admin.deleteTopics(List.of("anew")).all().get();
    await().atMost(SOON).until(() -> !exists("anew"));
    touch("anew", 1);
    assertThat(world.awaitReady("anew", "TopicDeleted")).contains("apply the ChatCluster again");
    assertThat(world.events("TopicNotFound")).as("looked for again before").hasSize(1);
    createTopic("anew", 1, Map.of());
    assertThat(world.awaitReady("anew", "TopicRecreated")).contains(before.topic().id());
    ChatClusterStatus after = world.get("anew").getStatus();
    assertThat(after.topic()).isEqualTo(before.topic());
    assertThat(after.readyPartitions()).isEqualTo(1);
    // The log is another: what runs is left alone, also where it drifts.
    world.service("anew-clients").delete();
    // Events come in their order: with this one's, the operator has had the other's.
    world.service("marker-clients").delete();
    await().atMost(SOON).until(() -> world.service("marker-clients").get() != null);
    world.changeAndAwait(cluster("anew", 1, brokers, "template: {labels: {a: b}}"));
    assertThat(world.service("anew-clients").get()).isNull();
  }

  @Test
  void callsATopicThatIsNotFoundInTheMiddleOfALookNoDefectOfTheOperator() throws Exception {
    createTopic("lagging", 1, Map.of());
    // The Event is written between two descriptions of the topic.
    api.fail(
        (method, path, body) -> {
          if (method.equals("POST") && body.contains("TopicAdopted")) delete("lagging");
          return false;
        });
    world.apply(cluster("lagging", 1, brokers));
    world.awaitReady("lagging", "TopicDeleted");
    assertThat(world.events("TopicNotFound")).hasSize(1);
    assertThat(world.events("InternalError")).isEmpty();
  }

  private static void delete(String topic) {
    try {
      admin.deleteTopics(List.of(topic)).all().get();
      await().atMost(SOON).until(() -> !exists(topic));
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void refusesATopicThatIsNotTheOneTheControlTopicTellsOf() throws Exception {
    createTopic("half", 1, Map.of());
    createTopic("half.control", 1, Map.of());
    append(
        "half.control",
        new EpochPublished(
            new LogId("lost", "AAAAAAAAAAAAAAAAAAAAAQ"),
            Epoch.first(1, Partitioning.KAFKA_DEFAULT)));
    world.apply(cluster("half", 1, brokers));
    world.awaitReady("half", "TopicRecreated");
    admin.deleteTopics(List.of("half")).all().get();
    world.awaitReady("half", "TopicDeleted");
    assertThat(exists("half")).isFalse();
  }

  @Test
  void saysThatTheControlTopicIsGone() throws Exception {
    ready("forgot", 1);
    admin.deleteTopics(List.of("forgot.control")).all().get();
    await().atMost(SOON).until(() -> !exists("forgot.control"));
    touch("forgot", 1);
    assertThat(world.awaitReady("forgot", "ControlTopicLost")).contains("forgot.control");
    assertThat(world.events("TopicNotFound")).as("looked for again before").hasSize(1);
    assertThat(exists("forgot.control")).isFalse();
    createTopic("forgot.control", 1, Map.of());
    append(
        "forgot.control",
        new EpochPublished(
            new LogId("other", describe("forgot").topicId().toString()),
            Epoch.first(1, Partitioning.KAFKA_DEFAULT)));
    world.awaitReady("forgot", "LogReplaced");
  }

  @Test
  void saysThatThereAreTooFewBrokersForTheReplicas() {
    world.apply(cluster("replicas", 1, brokers, "topic: {replicas: 3}"));
    assertThat(world.awaitReady("replicas", "ReplicationFactorTooHigh"))
        .contains("lower spec.topic.replicas or add brokers");
    world.change(cluster("replicas", 1, brokers, "topic: {replicas: 1}"));
    world.awaitReady("replicas", "Starting");
  }

  @Test
  void warnsOfReplicasThatDifferFromTheSpec() {
    ready("differ", 1);
    world.change(cluster("differ", 1, brokers, "topic: {replicas: 3}"));
    assertThat(world.awaitCondition("differ", "Warning", "ReplicasDiffer"))
        .contains("has 1 replicas, spec.topic.replicas is 3");
    assertThat(world.condition("differ", "Ready").getStatus()).isEqualTo("True");
  }

  @Test
  void namesAConfigurationThatKafkaDoesNotTake() {
    world.apply(cluster("wrong", 1, brokers, "topic: {config: {retention.ms: \"soon\"}}"));
    assertThat(world.awaitReady("wrong", "InvalidTopicConfig")).contains("retention.ms");
    world.change(cluster("wrong", 1, brokers));
    world.awaitReady("wrong", "Starting");
    world.change(cluster("wrong", 1, brokers, "topic: {config: {no.such.key: \"1\"}}"));
    assertThat(world.awaitReady("wrong", "InvalidTopicConfig")).contains("no.such.key");
    assertThat(world.names(Deployment.class)).hasSize(1);
  }

  @Test
  void warnsOfStraysThatThePodsCount() throws Exception {
    ready("strays", 2);
    admin
        .alterConsumerGroupOffsets(
            "strays.delivery",
            Map.of(
                new TopicPartition("strays", 0),
                new OffsetAndMetadata(40, "{\"v\":1,\"strays\":0,\"skipped\":3}"),
                new TopicPartition("strays", 1),
                new OffsetAndMetadata(70, "{\"v\":1,\"strays\":12,\"skipped\":0}")))
        .all()
        .get();
    touch("strays", 2);
    assertThat(world.awaitCondition("strays", "Warning", "Strays"))
        .startsWith("partition 1 has met 12 records whose room belongs to another partition since")
        .contains("KafkaDefault");
    assertThat(world.condition("strays", "Ready").getStatus()).isEqualTo("True");
    world.awaitEvent("Strays");
  }

  @Test
  @Tag("slow")
  void refusesAnotherKafkaCluster() throws Exception {
    ready("moved", 1);
    try (var other = dev.chatcluster.kafka.EmbeddedKafka.start(folder.resolve("other"))) {
      world.change(cluster("moved", 1, other.bootstrapServers()));
      assertThat(world.awaitReady("moved", "KafkaClusterChanged"))
          .contains(world.get("moved").getStatus().kafkaClusterId());
    }
    // Neither the wrong one nor one that is away reaches the pods.
    world.awaitReady("moved", "KafkaUnreachable");
    world.change(cluster("moved", 1, brokers));
    world.awaitReady("moved", "Ready");
  }

  @Test
  void doesNotBelieveABrokerThatTellsOfFewerPartitionsThanThereWere() throws Exception {
    ready("behind", 1);
    // Seen by a look before, as far as the operator knows.
    world
        .resource("behind")
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"status\": {\"topic\": {\"partitions\": 3}}}");
    world.changeAndAwait(cluster("behind", 1, brokers, "topic: {replicas: 1}"));
    assertThat(world.get("behind").getStatus().topic().partitions()).isEqualTo(3);
    admin.createPartitions(Map.of("behind", NewPartitions.increaseTo(3))).all().get();
    world.changeAndAwait(cluster("behind", 1, brokers));
    assertThat(world.get("behind").getStatus().topic().grown()).isNull();
  }

  /** Makes the operator look again, which it does by itself only at the resync. */
  private void touch(String name, int partitions) {
    world.change(cluster(name, partitions, brokers, "topic: {replicas: 1}"));
  }

  private static void alter(String topic, String key, String value) throws Exception {
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                List.of(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }

  private static void send(String topic, int partition, int count) throws Exception {
    try (var producer = producer()) {
      for (int i = 0; i < count; i++) {
        producer.send(new ProducerRecord<>(topic, partition, new byte[] {1}, new byte[] {2})).get();
      }
    }
  }

  private static void append(String topic, ControlRecord record) throws Exception {
    try (var producer = producer()) {
      producer.send(new ProducerRecord<>(topic, 0, null, record.toJson())).get();
    }
  }

  private static KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", brokers), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static List<ControlRecord> epochs(String topic) {
    return control(topic).stream().filter(EpochPublished.class::isInstance).toList();
  }

  private static List<ControlRecord> control(String topic) {
    TopicPartition only = new TopicPartition(topic + ".control", 0);
    List<ControlRecord> records = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", brokers, "fetch.max.wait.ms", 10),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(only));
      consumer.seekToBeginning(List.of(only));
      long end = consumer.endOffsets(List.of(only)).get(only);
      while (consumer.position(only) < end) {
        for (ConsumerRecord<byte[], byte[]> next : consumer.poll(Duration.ofMillis(100))) {
          records.add(ControlRecord.parse(next.value()));
        }
      }
    }
    return records;
  }
}
