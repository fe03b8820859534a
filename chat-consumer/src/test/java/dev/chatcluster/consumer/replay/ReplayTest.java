package dev.chatcluster.consumer.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.consumer.Broker;
import dev.chatcluster.consumer.KafkaSide;
import dev.chatcluster.consumer.Listener;
import dev.chatcluster.consumer.Log;
import dev.chatcluster.consumer.Loop;
import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.From;
import dev.chatcluster.consumer.room.Started;
import dev.chatcluster.consumer.room.Started.Outcome;
import dev.chatcluster.consumer.room.Started.Replayed;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.position.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ReplayTest {
  private static final String KAFKA = Broker.address();

  private static From after(KafkaSide side, int partition, long offset) {
    return new From.After(side.token(partition, offset));
  }

  private static Listener live(Loop loop, KafkaSide side, String room, From from) {
    Listener listener = loop.join(side.rooms(), room, from);
    await().until(listener::isLive);
    return listener;
  }

  private static List<String> texts(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "m" + i).toList();
  }

  @Test
  void everythingAfterTheTokenComesThenLiveWithoutGapOrOverlap() {
    String topic = Broker.topic(1);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic);
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      for (int i = 0; i < 50; i++) {
        log.write(0, "a", "m" + i);
        log.write(0, "b", "other " + i);
      }
      log.put(0, "b", "end");
      Listener listener = live(loop, side, "a", after(side, 0, 20));
      assertThat(listener.started().outcome()).isEqualTo(Outcome.RECOVERED);
      for (int i = 50; i < 60; i++) log.put(0, "a", "m" + i);
      await().untilAsserted(() -> assertThat(listener.texts()).isEqualTo(texts(11, 60)));
      List<Entry> entries = listener.entries();
      for (int i = 1; i < entries.size(); i++) {
        assertThat(entries.get(i).prevToken()).isEqualTo(entries.get(i - 1).token());
      }
    }
  }

  @Test
  void fromThePlaceBeforeTheFirstTheWholeRoomComes() {
    String topic = Broker.topic(1);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic, "CHAT_HISTORY_MESSAGES", "0");
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      for (int i = 0; i < 10; i++) log.put(0, "a", "m" + i);
      Listener listener = live(loop, side, "a", after(side, 0, -1));
      await().untilAsserted(() -> assertThat(listener.texts()).isEqualTo(texts(0, 10)));
    }
  }

  @Test
  void thePositionAListenerIsToldIsOneThatItCanResumeFrom() {
    String topic = Broker.topic(1);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic, "CHAT_HISTORY_MESSAGES", "0");
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      Listener empty = live(loop, side, "a", new From.Now());
      log.put(0, "b", "x");
      log.put(0, "a", "m0");
      Listener resumed = live(loop, side, "a", new From.After(empty.started().position()));
      await().untilAsserted(() -> assertThat(resumed.texts()).isEqualTo(texts(0, 1)));
      await().until(() -> side.meter("chat.lag") == 0);
      Listener atHead = live(loop, side, "a", after(side, 0, 1));
      assertThat(atHead.started().outcome()).isEqualTo(Outcome.RECOVERED);
      log.put(0, "a", "m1");
      await().untilAsserted(() -> assertThat(atHead.texts()).isEqualTo(texts(1, 2)));
    }
  }

  @Test
  void aTokenThatLeadsNowhereIsToldSoAndTheListenerIsLiveFromNow() {
    String topic = Broker.topic(3);
    try (KafkaSide side =
            KafkaSide.alone(
                KAFKA, topic, "CHAT_HISTORY_MESSAGES", "0", "CHAT_ROOMS_PARTITIONING", "Modulo");
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      log.put(1, "4", "old");
      await().until(() -> side.meter("chat.records.read") == 1);
      String foreign = new LogId("x", "y").token(new Position(0, 1, 0)).toString();
      Map<From, Outcome> expected =
          Map.of(
              new From.After("rubbish"),
              Outcome.BAD_TOKEN,
              new From.After(foreign),
              Outcome.NEW_CLUSTER,
              after(side, 2, 0),
              Outcome.BAD_TOKEN,
              after(side, 1, 1),
              Outcome.BAD_TOKEN,
              after(side, 1, 1_000_000),
              Outcome.BAD_TOKEN);
      List<Listener> listeners = new ArrayList<>();
      expected.forEach(
          (from, outcome) -> {
            Listener listener = live(loop, side, "4", from);
            assertThat(listener.started().outcome()).as("%s", from).isEqualTo(outcome);
            assertThat(listener.started().earliest()).isNull();
            listeners.add(listener);
          });
      log.put(1, "4", "new");
      for (Listener each : listeners) {
        await().untilAsserted(() -> assertThat(each.texts()).containsExactly("new"));
      }
    }
  }

  @Test
  void historyThatKafkaNoLongerHasIsToldWithTheEarliestThatItHas() throws Exception {
    String topic = Broker.topic(1);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic, "CHAT_HISTORY_MESSAGES", "0");
        Log log = new Log(KAFKA, topic);
        Admin admin = Broker.admin();
        Loop loop = new Loop()) {
      for (int i = 0; i < 20; i++) log.put(0, "a", "m" + i);
      TopicPartition partition = new TopicPartition(topic, 0);
      await().until(() -> side.meter("chat.records.read") == 20);
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(10))).all().get();
      Listener listener = live(loop, side, "a", after(side, 0, 5));
      Started started = listener.started();
      assertThat(started.outcome()).isEqualTo(Outcome.TRUNCATED);
      Listener again = live(loop, side, "a", new From.After(started.earliest()));
      assertThat(again.started().outcome()).isEqualTo(Outcome.RECOVERED);
      await().untilAsserted(() -> assertThat(again.texts()).isEqualTo(texts(10, 20)));
      assertThat(listener.texts()).isEmpty();
    }
  }

  @Test
  void abortedRecordsAndTheHolesOfTransactionsAreNoPartOfARoom() {
    String topic = Broker.topic(1);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic, "CHAT_HISTORY_MESSAGES", "0");
        Log plain = new Log(KAFKA, topic);
        Log log = new Log(KAFKA, topic, Map.of("transactional.id", topic));
        Loop loop = new Loop()) {
      KafkaProducer<byte[], byte[]> producer = log.producer();
      producer.initTransactions();
      Listener listener = live(loop, side, "a", new From.Now());
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        boolean commit = i % 3 != 0;
        producer.beginTransaction();
        for (int j = 0; j < 3; j++) {
          log.write(0, "a", i + "/" + j);
          if (commit) expected.add(i + "/" + j);
        }
        producer.flush();
        if (commit) producer.commitTransaction();
        else producer.abortTransaction();
      }
      await().untilAsserted(() -> assertThat(listener.texts()).isEqualTo(expected));
      // The log ends with a marker that no record shows.
      await().until(() -> side.meter("chat.lag") == 0);
      Listener whole = live(loop, side, "a", after(side, 0, -1));
      assertThat(whole.texts()).isEqualTo(expected);
      Listener atMarker = live(loop, side, "a", after(side, 0, 29 * 4 + 3));
      assertThat(atMarker.started().outcome()).isEqualTo(Outcome.RECOVERED);
      plain.put(0, "a", "after");
      await().untilAsserted(() -> assertThat(atMarker.texts()).containsExactly("after"));
      expected.add("after");
      await().untilAsserted(() -> assertThat(listener.texts()).isEqualTo(expected));
      await().untilAsserted(() -> assertThat(whole.texts()).isEqualTo(expected));
    }
  }

  @Test
  void anOpenTransactionHoldsBackItsRecordsAndNobodyIsToldOfThemTwice() {
    String topic = Broker.topic(1);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic, "CHAT_HISTORY_MESSAGES", "0");
        Log plain = new Log(KAFKA, topic);
        Log log = new Log(KAFKA, topic, Map.of("transactional.id", topic));
        Loop loop = new Loop()) {
      plain.put(0, "a", "m0");
      log.producer().initTransactions();
      log.producer().beginTransaction();
      log.put(0, "a", "m1");
      plain.put(0, "a", "m2");
      Listener resumed = live(loop, side, "a", after(side, 0, -1));
      assertThat(resumed.texts()).isEqualTo(texts(0, 1));
      log.producer().commitTransaction();
      await().untilAsserted(() -> assertThat(resumed.texts()).isEqualTo(texts(0, 3)));
    }
  }

  @Test
  void aListenerThatTakesNothingHoldsUpNobodyElse() {
    String topic = Broker.topic(1);
    String filler = "x".repeat(1000);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic, "CHAT_HISTORY_MESSAGES", "0");
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      for (int i = 0; i < 5_000; i++) log.write(0, "a", filler + i);
      log.put(0, "b", "end");
      List<Runnable> untaken = new ArrayList<>();
      Listener stuck =
          new Listener(loop, "a") {
            @Override
            protected void taken(Runnable more) {
              untaken.add(more);
            }
          };
      loop.join(side.rooms(), stuck, after(side, 0, -1));
      await().until(() -> !stuck.entries().isEmpty());
      for (int round = 0; round < 3; round++) {
        Listener quick = live(loop, side, "a", after(side, 0, -1));
        assertThat(quick.entries()).hasSize(5_000);
      }
      assertThat(stuck.isLive()).isFalse();
      int taken = stuck.entries().size();
      assertThat(taken).isLessThan(1_000);
      // Once it takes what it gets, it too has all of it.
      await()
          .until(
              () -> {
                loop.run(
                    () -> {
                      List.copyOf(untaken).forEach(Runnable::run);
                      untaken.clear();
                    });
                return stuck.isLive();
              });
      assertThat(stuck.texts())
          .isEqualTo(IntStream.range(0, 5_000).mapToObj(i -> filler + i).toList());
    }
  }

  @Test
  void whoLeavesDuringAReplayHearsNothingMoreAndLeavesNothingBehind() {
    String topic = Broker.topic(2);
    try (KafkaSide owner = KafkaSide.alone(KAFKA, topic, "CHAT_HISTORY_MESSAGES", "0");
        KafkaSide side =
            KafkaSide.ofPartition(KAFKA, topic, 0, Duration.ZERO, "CHAT_HISTORY_MESSAGES", "0");
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      String room =
          IntStream.range(0, 100)
              .mapToObj(i -> "r" + i)
              .filter(r -> owner.topology().partitionOf(r) == 1)
              .findFirst()
              .orElseThrow();
      for (int i = 0; i < 2_000; i++) log.write(1, room, "x".repeat(1000));
      log.put(1, "z", "end");
      Listener stuck =
          new Listener(loop, room) {
            @Override
            protected void taken(Runnable more) {
              // Never takes the next piece.
            }
          };
      loop.join(side.rooms(), stuck, after(side, 1, -1));
      await().until(() -> !stuck.entries().isEmpty());
      loop.leave(stuck);
      int heard = stuck.entries().size();
      // The partition can be let go only when no replay of it is left.
      await().until(() -> side.meter("chat.followed.partitions") == 0);
      assertThat(side.meter("chat.replay.waiting")).isZero();
      assertThat(stuck.entries()).hasSize(heard);
    }
  }

  @Test
  void aThousandWhoResumeTogetherReadKafkaOnce() {
    String topic = Broker.topic(1);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic, "CHAT_HISTORY_MESSAGES", "10");
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      int rooms = 100;
      int each = 50;
      for (int i = 0; i < rooms * each; i++) log.write(0, "room" + i % rooms, "m" + i / rooms);
      log.put(0, "other", "end");
      await().until(() -> side.head(0) == rooms * each + 1);
      List<Listener> listeners = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) listeners.add(new Listener(loop, "room" + i % rooms));
      loop.joinAll(side.rooms(), listeners, after(side, 0, -1));
      await().until(() -> listeners.stream().allMatch(Listener::isLive));
      for (Listener listener : listeners) assertThat(listener.texts()).isEqualTo(texts(0, each));
      // Rings of ten hold the last fifth. Once, or a few times if the machine was slow to let all
      // in;
      // each for itself would be 40,000 and more.
      assertThat(side.meter("chat.replay.records")).isBetween(4_000.0, 100_000.0);
      log.put(0, "room0", "m50");
      await().untilAsserted(() -> assertThat(listeners.getFirst().texts()).isEqualTo(texts(0, 51)));
    }
  }

  @Test
  void whoComesWithManyFromAnotherPodIsServedByTheReadingThatBeginsForThem() {
    String topic = Broker.topic(2);
    try (KafkaSide first = KafkaSide.alone(KAFKA, topic);
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      var partitioning = first.topology().current().partitioning();
      String room =
          IntStream.range(0, 100)
              .mapToObj(i -> "room" + i)
              .filter(name -> partitioning.partition(name, 2) == 1)
              .findFirst()
              .orElseThrow();
      for (int i = 0; i < 50; i++) log.write(1, room, "m" + i);
      for (int i = 0; i < 12_000; i++) log.write(1, "nobody listens", "x");
      log.put(1, room, "m50");
      try (KafkaSide next = KafkaSide.ofPartition(KAFKA, topic, 0, Duration.ofSeconds(60))) {
        List<Listener> listeners = new ArrayList<>();
        for (int i = 0; i < 100; i++) listeners.add(new Listener(loop, room));
        loop.joinAll(next.rooms(), listeners, after(next, 1, 9));
        await().until(() -> listeners.stream().allMatch(Listener::isLive));
        for (Listener each : listeners) assertThat(each.texts()).isEqualTo(texts(10, 51));
        assertThat(next.meter("chat.replay.records")).isZero();
      }
    }
  }

  @Test
  void whatMemoryHoldsIsNotReadFromKafka() {
    String topic = Broker.topic(1);
    try (Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      for (int i = 0; i < 40; i++) log.put(0, "a", "m" + i);
      try (KafkaSide side = KafkaSide.alone(KAFKA, topic)) {
        Listener some = live(loop, side, "a", after(side, 0, 19));
        assertThat(some.texts()).isEqualTo(texts(20, 40));
        Listener none = live(loop, side, "a", after(side, 0, 39));
        Listener quiet = live(loop, side, "never written to", after(side, 0, 10));
        assertThat(none.texts()).isEmpty();
        assertThat(quiet.texts()).isEmpty();
        assertThat(side.meter("chat.replay.records")).isZero();
        assertThat(side.meter("chat.resumes", "outcome", "recovered")).isEqualTo(3);
      }
    }
  }

  @Test
  void theLastMessagesComeFirstToWhoeverAsksForThem() {
    String topic = Broker.topic(1);
    try (Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      for (int i = 0; i < 15; i++) log.put(0, "a", "m" + i);
      log.put(0, "b", "m0");
      try (KafkaSide side = KafkaSide.alone(KAFKA, topic, "CHAT_HISTORY_MESSAGES", "10")) {
        Listener three = live(loop, side, "a", new From.Last(3));
        assertThat(three.texts()).isEqualTo(texts(12, 15));
        assertThat(three.started().replayed()).isEqualTo(new Replayed(3, true));
        Listener all = live(loop, side, "a", new From.Last(100));
        assertThat(all.texts()).isEqualTo(texts(5, 15));
        assertThat(all.started().replayed()).isEqualTo(new Replayed(10, true));
        Listener whole = live(loop, side, "b", new From.Last(100));
        assertThat(whole.started().replayed()).isEqualTo(new Replayed(1, false));
        Listener empty = live(loop, side, "c", new From.Last(100));
        assertThat(empty.started().replayed()).isEqualTo(new Replayed(0, false));
        // Cut off before the first of them, a client can still get it.
        Listener again = live(loop, side, "a", new From.After(three.started().position()));
        assertThat(again.texts()).isEqualTo(texts(12, 15));
        log.put(0, "a", "m15");
        await().untilAsserted(() -> assertThat(three.texts()).isEqualTo(texts(12, 16)));
      }
    }
  }

  @Test
  void whoWantsMoreThanIsReadAgainIsToldSo() {
    String topic = Broker.topic(1);
    try (KafkaSide side =
            KafkaSide.alone(
                KAFKA, topic, "CHAT_HISTORY_MESSAGES", "0", "CHAT_RESUME_RECORDS", "10");
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      for (int i = 0; i < 20; i++) log.put(0, "a", "m" + i);
      await().until(() -> side.head(0) == 20);
      Listener far = live(loop, side, "a", after(side, 0, 8));
      assertThat(far.started().outcome()).isEqualTo(Outcome.TOO_FAR);
      Listener near = live(loop, side, "a", after(side, 0, 9));
      assertThat(near.texts()).isEqualTo(texts(10, 20));
      assertThat(far.texts()).isEmpty();
    }
  }

  @Test
  void whoeverIsLiveIsToldHowFarItHasCome() {
    String topic = Broker.topic(1);
    try (KafkaSide side = KafkaSide.alone(KAFKA, topic);
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      Listener listener = live(loop, side, "a", new From.Now());
      log.put(0, "a", "m0");
      for (int i = 0; i < 5; i++) log.put(0, "b", "other");
      await().until(() -> side.head(0) == 6);
      CompletableFuture<String> told = new CompletableFuture<>();
      loop.run(() -> listener.askPosition(told::complete));
      assertThat(told.join()).isEqualTo(side.topology().token(new Position(0, 0, 5)));
      assertThat(listener.texts()).isEqualTo(texts(0, 1));
    }
  }
}
