package dev.chatcluster.consumer.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.consumer.Broker;
import dev.chatcluster.consumer.KafkaSide;
import dev.chatcluster.consumer.Listener;
import dev.chatcluster.consumer.Log;
import dev.chatcluster.consumer.Loop;
import dev.chatcluster.consumer.config.ConsumerConfig;
import dev.chatcluster.consumer.room.From;
import dev.chatcluster.roomlog.epoch.ControlRecord;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import dev.chatcluster.test.Patience;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ControlLogTest {
  private static final String KAFKA = Broker.address();

  private final List<String> fatal = new CopyOnWriteArrayList<>();

  @AfterEach
  void noThreadEnded() {
    assertThat(fatal).isEmpty();
  }

  private ControlLog follow(Admin admin, ConsumerConfig config) {
    ControlLog log = new ControlLog(config, admin, this::fatal);
    log.start();
    return log;
  }

  private void fatal(String sentence, Throwable error) {
    fatal.add(sentence + " " + error);
  }

  @Test
  void ofSeveralThatOfferAFirstEpochAtOnceOneWinsForAll() throws Exception {
    String topic = Broker.topic(4);
    ConsumerConfig config = KafkaSide.config(KAFKA, topic);
    try (Admin admin = Broker.admin()) {
      ControlAppends appends = new ControlAppends(config);
      FirstEpoch offers = new FirstEpoch(config, admin, appends);
      offers.createControlTopic();
      offers.createControlTopic();
      TopicDescription data = AdminCalls.describe(admin, topic).orElseThrow();
      List<Thread> writers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        writers.add(
            Thread.startVirtualThread(
                () -> {
                  try {
                    offers.offer(data);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
      }
      List<ControlLog> readers = new ArrayList<>();
      for (int i = 0; i < 3; i++) readers.add(follow(admin, config));
      List<Topology> seen = readers.stream().map(r -> r.first().join()).toList();
      assertThat(seen).allMatch(seen.getFirst()::equals);
      for (Thread each : writers) each.join();
      appends.close();
      readers.forEach(ControlLog::close);
      ControlLog late = follow(admin, config);
      assertThat(late.first().join()).isEqualTo(seen.getFirst());
      late.close();
      ConfigResource control = new ConfigResource(ConfigResource.Type.TOPIC, topic + ".control");
      var settings = admin.describeConfigs(List.of(control)).all().get().get(control);
      assertThat(settings.get("retention.ms").value()).isEqualTo("-1");
      assertThat(settings.get("retention.bytes").value()).isEqualTo("-1");
      assertThat(settings.get("cleanup.policy").value()).isEqualTo("delete");
    }
  }

  @Test
  void aTopicThatHasRecordsIsAdoptedAtItsEnd() {
    String topic = Broker.topic(2);
    try (Log log = new Log(KAFKA, topic);
        Admin admin = Broker.admin()) {
      for (int i = 0; i < 5; i++) log.put(1, "a", "m" + i);
      ControlLog control = follow(admin, KafkaSide.config(KAFKA, topic));
      assertThat(control.first().join().current().routed()).containsExactly(0L, 5L);
      assertThat(control.topology().current().barriers()).containsExactly(0L, 0L);
      control.close();
    }
  }

  @Test
  void aPodOfOnePartitionWaitsForTheFirstEpochAndSaysSo() throws Exception {
    String topic = Broker.topic(2);
    try (Admin admin = Broker.admin()) {
      ControlLog pod = follow(admin, KafkaSide.config(KAFKA, topic, "CHAT_PARTITION", "1"));
      await()
          .untilAsserted(
              () ->
                  assertThat(pod.obstacle().orElseThrow())
                      .contains(topic + ".control", "does not exist", "operator"));
      new FirstEpoch(KafkaSide.config(KAFKA, topic), admin, null).createControlTopic();
      await()
          .untilAsserted(
              () -> assertThat(pod.obstacle().orElseThrow()).contains("no first epoch yet"));
      assertThat(pod.first()).isNotDone();
      ControlLog alone = follow(admin, KafkaSide.config(KAFKA, topic));
      assertThat(pod.first().join()).isEqualTo(alone.first().join());
      assertThat(pod.obstacle()).isEmpty();
      alone.close();
      pod.close();
    }
  }

  @Test
  void aTopicThatDoesNotExistIsNamed() {
    try (Admin admin = Broker.admin()) {
      ControlLog pod = follow(admin, KafkaSide.config(KAFKA, "no-such-topic"));
      await()
          .untilAsserted(
              () ->
                  assertThat(pod.obstacle().orElseThrow())
                      .contains("no-such-topic does not exist", "CHAT_TOPIC"));
      pod.close();
    }
  }

  private static void append(Log control, ControlRecord record) {
    control.put(0, null, new String(record.toJson(), StandardCharsets.UTF_8));
  }

  @Test
  void whoCatchesUpKnowsWhatWasThereBefore() {
    String topic = Broker.topic(3);
    try (Admin admin = Broker.admin();
        Log records = new Log(KAFKA, topic + ".control")) {
      ControlLog control = follow(admin, KafkaSide.config(KAFKA, topic));
      LogId logId = control.first().join().logId();
      assertThat(control.catchUp().join()).isEqualTo(control.topology());
      for (int k = 1; k <= 20; k++) {
        int count = 1 + k % 3;
        append(
            records,
            new CutStarted(
                logId, k, count, Partitioning.KAFKA_DEFAULT, List.of(0L, 0L, 0L), "n" + k));
        assertThat(control.catchUp().join().state().cutting().orElseThrow().number()).isEqualTo(k);
        Epoch epoch =
            new Epoch(
                k,
                count,
                Partitioning.KAFKA_DEFAULT,
                List.of(0L + k, 0L + k, 0L + k),
                List.of(0L, 0L, 0L));
        append(records, new EpochPublished(logId, epoch));
        assertThat(control.sync("router-1").join().current()).isEqualTo(epoch);
      }
      control.close();
    }
  }

  @Test
  void catchingUpFailsWithinSecondsWhenKafkaIsAway() {
    try (Admin admin =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                "127.0.0.1:1",
                "default.api.timeout.ms",
                500,
                "request.timeout.ms",
                500))) {
      ControlLog pod = follow(admin, KafkaSide.config("127.0.0.1:1", "t"));
      assertThat(pod.catchUp()).failsWithin(Patience.LONG);
      pod.close();
    }
  }

  @Test
  void aDeletedControlTopicHaltsAndANewLogInItsPlaceEndsTheProcess() throws Exception {
    String topic = Broker.topic(1);
    try (Admin admin = Broker.admin()) {
      ControlLog control =
          new ControlLog(
              KafkaSide.config(KAFKA, topic),
              admin,
              this::fatal,
              Duration.ofMillis(200),
              Duration.ofSeconds(1));
      control.start();
      control.first().join();
      admin.deleteTopics(List.of(topic + ".control")).all().get();
      await()
          .during(Duration.ofSeconds(1))
          .until(() -> control.halt().orElse("").contains(topic + ".control was deleted"));
      ControlLog anew = follow(admin, KafkaSide.config(KAFKA, topic));
      await().until(() -> !fatal.isEmpty());
      assertThat(fatal).singleElement().asString().contains("a new log", "start anew");
      fatal.clear();
      assertThat(control.halt()).isPresent();
      anew.close();
      control.close();
    }
  }

  @Test
  void aDeletedTopicHaltsAlsoWhenAnotherTakesItsName() throws Exception {
    String topic = Broker.topic(1);
    try (Admin admin = Broker.admin();
        ControlLog control =
            new ControlLog(
                KafkaSide.config(KAFKA, topic),
                admin,
                this::fatal,
                Duration.ofMillis(200),
                Duration.ofSeconds(1))) {
      control.start();
      Topology before = control.first().join();
      admin.deleteTopics(List.of(topic)).all().get();
      await()
          .during(Duration.ofSeconds(2))
          .until(() -> control.halt().orElse("").contains("was deleted"));
      assertThat(control.obstacle()).isEqualTo(control.halt());
      assertThat(control.topology()).isEqualTo(before);
      admin
          .createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.empty())))
          .all()
          .get();
      await().until(() -> control.halt().orElseThrow().contains("recreated"));
    }
  }

  @Test
  @Tag("slow")
  void aRecreatedTopicStopsDeliveryAndSendingAndSaysSo() throws Exception {
    String topic = Broker.topic(1);
    try (Admin admin = Broker.admin();
        KafkaSide side = KafkaSide.alone(KAFKA, topic);
        Loop loop = new Loop()) {
      Listener listener = loop.join(side.rooms(), "a", new From.Now());
      await().until(listener::isLive);
      admin.deleteTopics(List.of(topic)).all().get();
      await()
          .ignoreExceptions()
          .until(
              () -> {
                admin
                    .createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.empty())))
                    .all()
                    .get();
                return true;
              });
      await().until(() -> side.control().halt().isPresent());
      await()
          .untilAsserted(
              () -> assertThat(side.control().halt().orElseThrow()).contains("recreated"));
      await().until(() -> listener.failure() != null);
      Listener late = loop.join(side.rooms(), "a", new From.Now());
      await().untilAsserted(() -> assertThat(late.failure()).contains(topic));
      assertThat(side.control().obstacle()).isPresent();
    }
  }

  @Test
  void kafkaThatCannotBeReachedIsNamedAndWaitedFor() {
    try (Admin admin =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                "127.0.0.1:1",
                "default.api.timeout.ms",
                1_000,
                "request.timeout.ms",
                1_000))) {
      ControlLog pod = follow(admin, KafkaSide.config("127.0.0.1:1", "t"));
      await()
          .untilAsserted(
              () -> assertThat(pod.obstacle().orElseThrow()).contains("127.0.0.1:1", "does not"));
      pod.close();
    }
  }
}
