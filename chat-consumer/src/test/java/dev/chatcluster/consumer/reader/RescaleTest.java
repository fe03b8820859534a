package dev.chatcluster.consumer.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.consumer.Broker;
import dev.chatcluster.consumer.Cuts;
import dev.chatcluster.consumer.KafkaSide;
import dev.chatcluster.consumer.Listener;
import dev.chatcluster.consumer.Log;
import dev.chatcluster.consumer.Loop;
import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.From;
import dev.chatcluster.consumer.room.Started.Outcome;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.order.Barrier;
import dev.chatcluster.roomlog.position.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RescaleTest {
  private static final String KAFKA = Broker.address();

  private static Listener live(Loop loop, KafkaSide side, String room, From from) {
    Listener listener = loop.join(side.rooms(), room, from);
    await().until(listener::isLive);
    return listener;
  }

  private static From after(KafkaSide side, int epoch, int partition, long offset) {
    return new From.After(side.topology().token(new Position(epoch, partition, offset)));
  }

  private static void hears(Listener listener, List<String> texts) {
    await().untilAsserted(() -> assertThat(listener.texts()).isEqualTo(texts));
  }

  /** Each names the one before it, where that is known. */
  private static void areChained(List<Entry> entries) {
    for (int i = 1; i < entries.size(); i++) {
      assertThat(entries.get(i).prevToken()).isIn(null, entries.get(i - 1).token());
    }
  }

  /**
   * Room 1 from one partition to three, with all that can happen to a message on the way; what the
   * room's log is.
   */
  private static List<String> rescaleRoomOne(Cuts cuts, Log log) {
    log.put(0, "1", "before");
    log.put(0, "0", "of room 0");
    // Nobody has routed it when the epoch begins: it counts where it lies.
    log.put(1, "1", "residue");
    CutStarted cut = cuts.cut(3);
    log.put(0, "1", "behind the cut, before the barrier");
    List<Long> barriers = cuts.barriers(cut);
    long stray = log.put(0, "1", "by a producer that knows nothing");
    log.put(0, "0", "room 0 stays");
    cuts.publish(cut, barriers, List.of(0L, 0L, 0L));
    log.put(1, "1", "by one that knows");
    cuts.route(0, stray, 1, "1", "by a producer that knows nothing");
    log.put(1, "1", "last");
    return List.of(
        "before",
        "behind the cut, before the barrier",
        "residue",
        "by one that knows",
        "by a producer that knows nothing",
        "last");
  }

  @Test
  void aListenerGoesOnInTheRoomsNextPartitionWithoutGapOrRepetition() {
    String topic = Broker.topic(3);
    try (Cuts cuts = new Cuts(topic, 3, 1);
        KafkaSide owner = KafkaSide.alone(KAFKA, topic);
        KafkaSide other = KafkaSide.ofPartition(KAFKA, topic, 0, Duration.ofSeconds(60));
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop();
        Loop loopOfOther = new Loop()) {
      Listener atOwner = live(loop, owner, "1", new From.Now());
      Listener elsewhere = live(loopOfOther, other, "1", new From.Now());
      Listener stays = live(loop, owner, "0", new From.Now());
      List<String> expected = new ArrayList<>(rescaleRoomOne(cuts, log));
      hears(atOwner, expected);
      hears(elsewhere, expected);
      hears(stays, List.of("of room 0", "room 0 stays"));
      // The stray of partition 0 and no other.
      await().until(() -> owner.seen().lastStray(0) == 4);
      // And back, twice.
      cuts.rescale(1);
      log.put(0, "1", "back");
      cuts.rescale(2);
      log.put(1, "1", "again");
      expected.addAll(List.of("back", "again"));
      hears(atOwner, expected);
      hears(elsewhere, expected);
      areChained(atOwner.entries());
      assertThat(owner.meter("chat.invariant.violations")).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "100"})
  void aResumeCrossesEpochs(String history) {
    String topic = Broker.topic(3);
    try (Cuts cuts = new Cuts(topic, 3, 1);
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      List<String> expected = new ArrayList<>(rescaleRoomOne(cuts, log));
      cuts.rescale(1);
      log.put(0, "1", "back");
      cuts.rescale(2);
      log.put(1, "1", "again");
      expected.addAll(List.of("back", "again"));
      try (KafkaSide side = KafkaSide.alone(KAFKA, topic, "CHAT_HISTORY_MESSAGES", history)) {
        Listener whole = live(loop, side, "1", after(side, 0, 0, -1));
        hears(whole, expected);
        areChained(whole.entries());
        assertThat(whole.entries().getFirst().prevToken()).isEqualTo("none");
        List<Entry> entries = whole.entries();
        for (int i = 0; i < entries.size(); i++) {
          Listener part = live(loop, side, "1", new From.After(entries.get(i).token()));
          assertThat(part.started().outcome()).isEqualTo(Outcome.RECOVERED);
          hears(part, expected.subList(i + 1, expected.size()));
        }
        log.put(1, "1", "live");
        expected.add("live");
        hears(whole, expected);
      }
    }
  }

  @Test
  void whileTheEpochIsNotPublishedStayingRoomsGoOnAndMovingOnesWait() {
    String topic = Broker.topic(2);
    try (Cuts cuts = new Cuts(topic, 2, 1);
        KafkaSide side = KafkaSide.alone(KAFKA, topic);
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      Listener stays = live(loop, side, "0", new From.Now());
      Listener moves = live(loop, side, "1", new From.Now());
      CutStarted cut = cuts.cut(2);
      List<Long> barriers = cuts.barriers(cut);
      log.put(1, "1", "new place");
      log.put(0, "0", "goes on");
      hears(stays, List.of("goes on"));
      String token = stays.entries().getFirst().token();
      assertThat(stays.entries().getFirst().position().epoch()).isEqualTo(1);
      log.put(0, "0", "and on");
      Listener resumed = live(loop, side, "0", new From.After(token));
      assertThat(resumed.started().outcome()).isEqualTo(Outcome.RECOVERED);
      hears(resumed, List.of("and on"));
      Listener meanwhile = live(loop, side, "1", new From.Now());
      assertThat(moves.texts()).isEmpty();
      cuts.publish(cut, barriers, barriers);
      hears(moves, List.of("new place"));
      hears(meanwhile, List.of("new place"));
      Listener early = live(loop, side, "1", new From.After(meanwhile.started().position()));
      hears(early, List.of("new place"));
    }
  }

  @Test
  void whoResumesWhileATransactionHidesThePublishedBarrierMissesNothingBeforeIt() {
    String topic = Broker.topic(2);
    try (Cuts cuts = new Cuts(topic, 2, 1);
        KafkaSide side = KafkaSide.alone(KAFKA, topic);
        Log log = new Log(KAFKA, topic);
        Log foreign = new Log(KAFKA, topic, Map.of("transactional.id", topic + ".foreign"));
        Loop loop = new Loop()) {
      foreign.producer().initTransactions();
      log.put(0, "2", "first");
      foreign.producer().beginTransaction();
      foreign.put(0, "4", "undecided");
      log.put(0, "0", "hidden");
      CutStarted cut = cuts.cut(2);
      List<Long> barriers = cuts.barriers(cut);
      cuts.publish(cut, barriers, List.of(1L, 0L));
      await().until(() -> side.topology().current().number() == 1);
      Listener resumed = live(loop, side, "0", after(side, 0, 0, 0));
      assertThat(resumed.started().outcome()).isEqualTo(Outcome.RECOVERED);
      foreign.producer().abortTransaction();
      log.put(0, "0", "behind");
      hears(resumed, List.of("hidden", "behind"));
    }
  }

  @Test
  void aForgedBarrierIsCountedAndWithoutEffect() {
    String topic = Broker.topic(2);
    try (Cuts cuts = new Cuts(topic, 2, 1);
        KafkaSide side = KafkaSide.alone(KAFKA, topic);
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      Listener moves = live(loop, side, "1", new From.Now());
      Barrier forged = new Barrier(cuts.logId(), 1, 2, "mod", "guessed");
      log.put(forged.record(topic, 0));
      log.put(0, "1", "not held up");
      hears(moves, List.of("not held up"));
      CutStarted cut = cuts.cut(2);
      log.put(forged.record(topic, 0));
      log.put(0, "1", "nor now");
      hears(moves, List.of("not held up", "nor now"));
      assertThat(side.meter("chat.forged", "kind", "barrier")).isEqualTo(2);
      List<Long> barriers = cuts.barriers(cut);
      cuts.publish(cut, barriers, barriers);
      log.put(1, "1", "moved");
      hears(moves, List.of("not held up", "nor now", "moved"));
      assertThat(side.meter("chat.invariant.violations")).isZero();
    }
  }

  @Test
  void aBarrierThatIsNotTheOneThatWasReadEndsItsListeners() {
    String topic = Broker.topic(2);
    try (Cuts cuts = new Cuts(topic, 2, 1);
        KafkaSide side = KafkaSide.alone(KAFKA, topic);
        Log log = new Log(KAFKA, topic);
        Loop loop = new Loop()) {
      Listener moves = live(loop, side, "1", new From.Now());
      CutStarted cut = cuts.cut(2);
      List<Long> barriers = cuts.barriers(cut);
      log.put(0, "0", "so that it is read");
      await().until(() -> side.head(0) > barriers.getFirst() + 1);
      cuts.publish(cut, List.of(barriers.get(0) + 1, barriers.get(1)), List.of(0L, 0L));
      await().until(() -> moves.failure() != null);
      await().until(() -> side.meter("chat.invariant.violations") == 1);
    }
  }

  @Test
  void thePodOwnsWhatTheNewestEpochGivesIt() {
    String topic = Broker.topic(4);
    try (Cuts cuts = new Cuts(topic, 4, 4);
        KafkaSide side = KafkaSide.ofPartition(KAFKA, topic, 1, Duration.ofSeconds(60));
        Log log = new Log(KAFKA, topic)) {
      log.put(1, "2", "astray");
      await().until(() -> side.seen().lastStray(1) == 0);
      cuts.rescale(2);
      // It has partition 3 too now.
      await().until(() -> side.head(3) >= 1);
      long stray = log.put(3, "2", "astray there");
      await().until(() -> side.seen().lastStray(3) == stray);
    }
  }
}
