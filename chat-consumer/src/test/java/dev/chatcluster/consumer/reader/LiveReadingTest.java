package dev.chatcluster.consumer.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.consumer.Broker;
import dev.chatcluster.consumer.KafkaSide;
import dev.chatcluster.consumer.Listener;
import dev.chatcluster.consumer.Log;
import dev.chatcluster.consumer.Loop;
import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.From;
import dev.chatcluster.consumer.room.MessageHeader;
import dev.chatcluster.consumer.room.Started.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LiveReadingTest {
  private static final String KAFKA = Broker.address();

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Listener live(Loop loop, KafkaSide side, String room) {
    Listener listener = loop.join(side.rooms(), room, new From.Now());
    await().until(listener::isLive);
    return listener;
  }

  @Test
  void aRoomsMessagesComeInTheLogsOrderToEveryListenerAndToNobodyElse() {
    String topic = Broker.topic(1);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic);
        Log log = new Log(KAFKA, topic);
        Loop one = new Loop();
        Loop two = new Loop()) {
      List<Listener> ofA =
          List.of(live(one, side, "a"), live(one, side, "a"), live(two, side, "a"));
      Listener ofB = live(two, side, "b");
      for (int i = 0; i < 300; i++) log.write(0, i % 3 == 0 ? "b" : "a", "m" + i);
      List<String> a =
          IntStream.range(0, 300).filter(i -> i % 3 != 0).mapToObj(i -> "m" + i).toList();
      List<String> b =
          IntStream.range(0, 300).filter(i -> i % 3 == 0).mapToObj(i -> "m" + i).toList();
      for (Listener each : ofA) await().untilAsserted(() -> assertThat(each.texts()).isEqualTo(a));
      await().untilAsserted(() -> assertThat(ofB.texts()).isEqualTo(b));
    }
  }

  @Test
  void aMessageNamesItsPositionAndTheOneBeforeItInItsRoom() {
    String topic = Broker.topic(1);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic);
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      Listener listener = live(loop, side, "a");
      log.put(0, "a", "first");
      log.put(0, "other", "between");
      log.put(0, "a", "second");
      await().untilAsserted(() -> assertThat(listener.texts()).containsExactly("first", "second"));
      Entry first = listener.entries().get(0);
      Entry second = listener.entries().get(1);
      assertThat(first.prevToken()).isEqualTo("none");
      assertThat(first.position().offset()).isZero();
      assertThat(second.prevToken()).isEqualTo(first.token());
      assertThat(second.token())
          .isEqualTo(side.topology().logId().token(second.position()).toString());
    }
  }

  @Test
  void ownHeadersComeThroughAndReservedOnesDoNot() {
    String topic = Broker.topic(1);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic);
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      Listener listener = live(loop, side, "a");
      ProducerRecord<byte[], byte[]> record = log.record(0, "a", "x");
      record
          .headers()
          .add("content-type", utf8("text/plain"))
          .add("chat-fwd", utf8("1:2:0"))
          .add("chat-anything", utf8("y"))
          .add("colour", utf8("grün"))
          .add("empty", null);
      log.put(record);
      await().untilAsserted(() -> assertThat(listener.entries()).hasSize(1));
      assertThat(listener.entries().getFirst().headers())
          .containsExactly(
              new MessageHeader("content-type", "text/plain"),
              new MessageHeader("colour", "grün"),
              new MessageHeader("empty", ""));
    }
  }

  @Test
  void recordsOfNoRoomAndControlRecordsAreCountedAndPassedOver() {
    String topic = Broker.topic(1);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic, "CHAT_ROOMS_SOURCE", "Json:/roomId");
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      Listener listener = live(loop, side, "7");
      log.put(0, "k", "{\"roomId\":7}");
      log.put(0, "k", null);
      log.put(0, "k", "{\"roomId\":");
      log.put(0, "k", "{\"room\":7}");
      log.put(0, "k", "");
      ProducerRecord<byte[], byte[]> barrier = log.record(0, "__chat", "{\"roomId\":7}");
      barrier.headers().add("chat-ctl", utf8("barrier"));
      log.put(barrier);
      log.put(0, "k", "{\"roomId\":\"7\"}");
      await()
          .untilAsserted(
              () ->
                  assertThat(listener.texts())
                      .containsExactly("{\"roomId\":7}", "{\"roomId\":\"7\"}"));
      assertThat(side.meter("chat.records.skipped", "reason", "null_value")).isOne();
      assertThat(side.meter("chat.records.skipped", "reason", "invalid_json")).isEqualTo(2);
      assertThat(side.meter("chat.records.skipped", "reason", "no_field")).isOne();
      assertThat(side.meter("chat.records.skipped")).isEqualTo(4);
    }
  }

  @Test
  void anEmptyValueIsAMessage() {
    String topic = Broker.topic(1);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic);
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      Listener listener = live(loop, side, "a");
      log.put(0, "a", "");
      await().untilAsserted(() -> assertThat(listener.texts()).containsExactly(""));
    }
  }

  @Test
  void aStrayIsCountedAndNotDelivered() {
    String topic = Broker.topic(3);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic, "CHAT_ROOMS_PARTITIONING", "Modulo");
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      Listener listener = live(loop, side, "7");
      log.put(2, "7", "astray");
      log.put(1, "7", "in place");
      await().untilAsserted(() -> assertThat(listener.texts()).contains("in place"));
      await().until(() -> side.meter("chat.strays", "partition", "2") == 1);
      assertThat(listener.texts()).containsExactly("in place");
    }
  }

  @Test
  void aRoomOfAnotherPartitionIsFollowedAndLeftAgain() {
    String topic = Broker.topic(3);
    try (KafkaSide owner = KafkaSide.alone(KAFKA, topic, "CHAT_ROOMS_PARTITIONING", "Modulo");
        KafkaSide side = KafkaSide.ofPartition(KAFKA, topic, 0, Duration.ZERO);
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      assertThat(owner.topology()).isEqualTo(side.topology());
      Listener listener = live(loop, side, "4");
      assertThat(listener.started().outcome()).isEqualTo(Outcome.LIVE);
      log.put(1, "4", "hello");
      await().untilAsserted(() -> assertThat(listener.texts()).containsExactly("hello"));
      await().until(() -> side.meter("chat.followed.partitions") == 1);
      loop.leave(listener);
      await().until(() -> side.meter("chat.followed.partitions") == 0);
      log.put(1, "4", "unheard");
      Listener again = live(loop, side, "4");
      log.put(1, "4", "heard");
      await().untilAsserted(() -> assertThat(again.texts()).containsExactly("heard"));
      assertThat(listener.texts()).containsExactly("hello");
    }
  }

  @Test
  void whateverIsSentAfterAListenerIsToldItIsLiveReachesIt() {
    String topic = Broker.topic(8);
    try (KafkaSide owner = KafkaSide.alone(KAFKA, topic);
        KafkaSide side = KafkaSide.ofPartition(KAFKA, topic, 0, Duration.ofSeconds(60));
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      for (int i = 0; i < 40; i++) {
        String room = "room-" + i;
        Listener listener = live(loop, side, room);
        log.put(owner.topology().partitionOf(room), room, "after");
        await().untilAsserted(() -> assertThat(listener.texts()).containsExactly("after"));
      }
    }
  }

  @Test
  void theDeliveryGroupShowsThePositionAndWhatWasNotDelivered() throws Exception {
    String topic = Broker.topic(2);
    try (Admin admin = Broker.admin()) {
      try (KafkaSide side = KafkaSide.alone(KAFKA, topic);
          Log log = new Log(KAFKA, topic)) {
        int home = side.topology().partitionOf("a");
        for (int i = 0; i < 10; i++) log.put(home, "a", "m" + i);
        log.put(1 - home, "a", "stray");
        log.put(home, null, "no key");
        Map<TopicPartition, OffsetAndMetadata> expected =
            Map.of(
                new TopicPartition(topic, home),
                new OffsetAndMetadata(11, "{\"v\":1,\"strays\":0,\"skipped\":1}"),
                new TopicPartition(topic, 1 - home),
                new OffsetAndMetadata(1, "{\"v\":1,\"strays\":1,\"skipped\":0}"));
        await().untilAsserted(() -> assertThat(committed(admin, topic)).isEqualTo(expected));
        for (int i = 0; i < 5; i++) log.put(home, "a", "last " + i);
        await().until(() -> side.meter("chat.records.read") == 17);
        side.closeReader();
        assertThat(committed(admin, topic).get(new TopicPartition(topic, home)).offset())
            .isEqualTo(16);
      }
    }
  }

  private static Map<TopicPartition, OffsetAndMetadata> committed(Admin admin, String topic)
      throws Exception {
    return admin
        .listConsumerGroupOffsets(topic + ".delivery")
        .partitionsToOffsetAndMetadata()
        .get();
  }
}
