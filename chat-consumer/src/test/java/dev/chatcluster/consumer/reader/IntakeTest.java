package dev.chatcluster.consumer.reader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.consumer.config.ConsumerConfig.History;
import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.message.Messages;
import dev.chatcluster.consumer.metrics.ReaderMetrics;
import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.LoopSink;
import dev.chatcluster.consumer.room.Membership;
import dev.chatcluster.consumer.router.Seen;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.order.Barrier;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.position.Position;
import dev.chatcluster.roomlog.room.Partitioning;
import dev.chatcluster.roomlog.room.RoomSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The reader without Kafka: this thread is the reader's. */
class IntakeTest {
  private static final LogId LOG = new LogId("uid", "topic-id");
  private static final ControlState FIRST =
      ControlState.EMPTY.apply(new EpochPublished(LOG, Epoch.first(1, Partitioning.MODULO)));
  private static final CutStarted CUT =
      new CutStarted(LOG, 1, 2, Partitioning.MODULO, List.of(0L, 0L), "nonce");

  private static final LoopSink LOOP =
      new LoopSink() {
        @Override
        public void deliver(List<Entry> entries) {}

        @Override
        public void execute(Runnable task) {}
      };

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<String> sought = new ArrayList<>();
  private BooleanSupplier controlLog = () -> true;
  private RoomTable table;
  private Intake intake;

  private void reading(History each, long most) {
    ReaderMetrics metrics = new ReaderMetrics(registry);
    table =
        new RoomTable(
            "t",
            Topology.of(FIRST, 2),
            each,
            most,
            (partition, offset) -> sought.add(partition.partition() + ":" + offset),
            metrics);
    intake =
        new Intake(
            table,
            new Messages(new RoomSource.Key()),
            new Seen(),
            new Misfits(metrics),
            () -> controlLog.getAsBoolean());
    for (int p = 0; p < 2; p++) table.begin(table.follow(p), 0, 0);
  }

  private static ConsumerRecord<byte[], byte[]> message(long offset, String room) {
    return message(offset, room, "m" + offset);
  }

  private static ConsumerRecord<byte[], byte[]> message(long offset, String room, String value) {
    return new ConsumerRecord<>("t", 0, offset, utf8(room), utf8(value));
  }

  private static ConsumerRecord<byte[], byte[]> barrier(long offset, Barrier barrier) {
    ProducerRecord<byte[], byte[]> written = barrier.record("t", 0);
    return new ConsumerRecord<>(
        "t",
        0,
        offset,
        0,
        TimestampType.CREATE_TIME,
        -1,
        -1,
        written.key(),
        written.value(),
        written.headers(),
        Optional.empty());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Shows what one poll has for partition 0. */
  private boolean show(List<ConsumerRecord<byte[], byte[]>> records) {
    intake.polled();
    Following following = table.following(0);
    following.resought = false;
    boolean all = intake.take(following, records);
    if (all) table.reached(following, records.getLast().offset() + 1);
    table.settle();
    return all;
  }

  private List<Long> kept(String room) {
    Room held = table.log.room(room);
    return held == null ? List.of() : offsets(held.ring.last(1_000));
  }

  private static List<Long> offsets(List<Entry> entries) {
    return entries.stream().map(entry -> entry.position().offset()).toList();
  }

  private boolean covers(String room, long offset) {
    return table.hold(room).covers(new Position(0, 0, offset), table.log.log());
  }

  private double forged() {
    return registry.get("chat.forged").tag("kind", "barrier").counter().count();
  }

  @Test
  void aBarrierThatNobodyKnowsIsJudgedOnceTheControlLogIsRead() {
    reading(new History(100, 10_000), 1 << 30);
    int[] asked = new int[1];
    controlLog =
        () -> {
          asked[0]++;
          table.learn(Topology.of(FIRST.apply(CUT), 2));
          return true;
        };
    Barrier forged = new Barrier(LOG, 1, 2, "mod", "guessed");
    assertThat(
            show(
                List.of(
                    message(0, "1"),
                    barrier(1, forged),
                    message(2, "1"),
                    barrier(3, Barrier.of(CUT)),
                    message(4, "1"),
                    message(5, "0"))))
        .isTrue();
    assertThat(asked[0]).as("once for all that one poll brought").isOne();
    assertThat(forged()).isOne();
    assertThat(kept("1"))
        .as("behind the barrier it is another partition's")
        .containsExactly(0L, 2L);
    assertThat(kept("0")).containsExactly(5L);
  }

  @Test
  void aBarrierThatNobodyCanJudgeIsReadAgain() {
    reading(new History(100, 10_000), 1 << 30);
    sought.clear();
    controlLog = () -> false;
    assertThat(show(List.of(message(0, "1"), barrier(1, Barrier.of(CUT)), message(2, "1"))))
        .isFalse();
    assertThat(sought).containsExactly("0:1");
    assertThat(table.log.head(0)).isOne();
    assertThat(kept("1")).containsExactly(0L);
    controlLog =
        () -> {
          table.learn(Topology.of(FIRST.apply(CUT), 2));
          return true;
        };
    assertThat(show(List.of(barrier(1, Barrier.of(CUT)), message(2, "1"), message(3, "0"))))
        .isTrue();
    assertThat(kept("1")).containsExactly(0L);
    assertThat(kept("0")).containsExactly(3L);
  }

  @Test
  void anEpochThatIsLearntAtItsBarrierSendsTheReadingBackToWhereItMayBegin() {
    reading(new History(100, 10_000), 1 << 30);
    show(List.of(message(0, "0")));
    sought.clear();
    Epoch epoch = new Epoch(1, 2, Partitioning.MODULO, List.of(3L, 0L), List.of(2L, 0L));
    controlLog =
        () -> {
          table.learn(Topology.of(FIRST.apply(CUT).apply(new EpochPublished(LOG, epoch)), 2));
          return true;
        };
    assertThat(
            show(
                List.of(
                    message(1, "0"),
                    message(2, "0"),
                    barrier(3, Barrier.of(CUT)),
                    message(4, "0"))))
        .isFalse();
    assertThat(sought).contains("0:2");
    show(List.of(message(2, "0"), barrier(3, Barrier.of(CUT)), message(4, "0")));
    assertThat(kept("0")).as("each once").containsExactly(0L, 1L, 2L, 4L);
  }

  @Test
  void aRingCoversWhatFollowsItsOldestMessageAndARoomThatIsNotHeldWhatWasRead() {
    reading(new History(3, 10_000), 1 << 30);
    for (int i = 0; i < 10; i++) show(List.of(message(i, i % 2 == 0 ? "a" : "b")));
    assertThat(kept("a")).containsExactly(4L, 6L, 8L);
    assertThat(covers("a", 1)).isFalse();
    assertThat(covers("a", 2)).isTrue();
    assertThat(offsets(table.hold("a").ring.after(new Position(0, 0, 4)))).containsExactly(6L, 8L);
    assertThat(covers("never heard of", -1)).isTrue();
  }

  @Test
  void aRingIsBoundedByTheBytesOfItsMessagesToo() {
    reading(new History(100, 5), 1 << 30);
    for (int i = 0; i < 5; i++) show(List.of(message(i, "a")));
    assertThat(kept("a")).containsExactly(3L, 4L);
    assertThat(covers("a", 1)).isFalse();
    assertThat(covers("a", 2)).isTrue();
  }

  @Test
  void whenMemoryRunsOutTheRoomsThatWereQuietLongestGo() {
    reading(new History(100, 10_000), 2_000);
    for (int i = 0; i < 20; i++) show(List.of(message(i, "room" + i)));
    assertThat(table.rings.bytes()).isLessThanOrEqualTo(2_000);
    int held = table.log.rooms().size();
    assertThat(held).isBetween(2, 6);
    assertThat(kept("room19")).containsExactly(19L);
    assertThat(kept("room0")).isEmpty();
    long goneUpTo = 20 - held - 1;
    assertThat(table.following(0).covered).isEqualTo(goneUpTo + 1);
    assertThat(covers("room0", goneUpTo - 1)).as("its message may be gone").isFalse();
    assertThat(covers("room0", goneUpTo)).as("nothing since").isTrue();
  }

  @Test
  void aPinnedRingKeepsMoreUntilTheReplayIsThere() {
    reading(new History(2, 10_000), 1 << 30);
    show(List.of(message(0, "a")));
    Room room = table.hold("a");
    room.pin();
    table.settleUse(room);
    for (int i = 1; i < 50; i++) show(List.of(message(i, "a")));
    assertThat(kept("a")).hasSize(50);
    room.unpin();
    table.settleUse(room);
    show(List.of(message(50, "a")));
    assertThat(kept("a")).containsExactly(49L, 50L);
  }

  @Test
  void withoutRingsARoomThatNobodyWantsCostsNothing() {
    reading(new History(0, 0), 1 << 30);
    show(List.of(message(0, "a"), message(1, "b")));
    assertThat(table.log.rooms()).isEmpty();
    assertThat(covers("a", 0)).isFalse();
    assertThat(covers("a", 1)).isTrue();
  }

  @Test
  void whoResumesBeforeThePublishedBarrierIsReadGetsWhatLiesBeforeIt() {
    reading(new History(100, 10_000), 1 << 30);
    show(List.of(message(0, "2")));
    Epoch epoch = new Epoch(1, 2, Partitioning.MODULO, List.of(3L, 0L), List.of(1L, 0L));
    table.learn(Topology.of(FIRST.apply(CUT).apply(new EpochPublished(LOG, epoch)), 2));
    assertThat(covers("4", 0)).isTrue();
    show(List.of(message(1, "4"), message(2, "4"), barrier(3, Barrier.of(CUT)), message(4, "4")));
    assertThat(kept("4")).containsExactly(1L, 2L, 4L);
  }

  @Test
  void whatWasPassedOverWhereARoomIsToMoveIsNotHeldWhenItFailsBefore() {
    reading(new History(100, 10_000), 1 << 30);
    Room room = table.hold("1");
    room.pin();
    table.settleUse(room);
    Epoch epoch = new Epoch(1, 2, Partitioning.MODULO, List.of(3L, 0L), List.of(0L, 0L));
    table.learn(Topology.of(FIRST.apply(CUT).apply(new EpochPublished(LOG, epoch)), 2));
    Following there = table.following(1);
    intake.take(there, List.of(new ConsumerRecord<>("t", 1, 1, utf8("1"), utf8("m"))));
    table.reached(there, 2);
    table.fail(table.following(0), "Come again.");
    Room anew = table.hold("1");
    assertThat(anew.covers(new Position(1, 1, 0), table.log.log())).isFalse();
    assertThat(anew.covers(new Position(1, 1, 1), table.log.log())).isTrue();
  }

  @Test
  void whatARoomIsSaidToLackReachesBehindABarrierThatIsNotPublished() {
    reading(new History(0, 0), 1 << 30);
    table.learn(Topology.of(FIRST.apply(CUT), 2));
    show(List.of(message(0, "2"), barrier(1, Barrier.of(CUT)), message(2, "2")));
    assertThat(table.hold("2").covered()).isEqualTo(new Position(1, 0, 2));
    assertThat(table.hold("1").covered()).as("leaves").isEqualTo(new Position(0, 0, 0));
  }

  @Test
  void aRingThatAMessageDidNotFitIntoHasNothingToGiveWhenMemoryRunsOut() {
    reading(new History(100, 8), 1_000);
    for (String each : List.of("a", "b")) {
      Room room = table.hold(each);
      room.add(new Membership(each, LOOP, null, null), intake.batch(LOOP));
      table.settleUse(room);
    }
    show(List.of(message(0, "a"), message(1, "a", "too large"), message(2, "b"), message(3, "b")));
    assertThat(kept("a")).isEmpty();
    assertThat(kept("b")).containsExactly(2L, 3L);
    show(List.of(message(4, "b"), message(5, "b")));
    assertThat(kept("b")).as("one more is too much, and its is the only ring").isEmpty();
    assertThat(covers("a", 0)).isFalse();
    assertThat(covers("a", 1)).isTrue();
    assertThat(covers("b", 4)).isFalse();
    assertThat(covers("b", 5)).isTrue();
  }

  @Test
  void withoutRingsWhatAReplayNeededIsNotKeptAsTheLastMessages() {
    reading(new History(0, 0), 1 << 30);
    Room room = table.hold("a");
    room.add(new Membership("a", LOOP, null, null), intake.batch(LOOP));
    room.pin();
    table.settleUse(room);
    show(List.of(message(0, "a"), message(1, "a")));
    assertThat(kept("a")).hasSize(2);
    long empty = table.rings.bytes() - room.ring.weight();
    room.unpin();
    table.settleUse(room);
    show(List.of(message(2, "a")));
    assertThat(kept("a")).isEmpty();
    assertThat(table.rings.bytes()).isEqualTo(empty);
    assertThat(covers("a", 1)).isFalse();
    assertThat(covers("a", 2)).isTrue();
  }

  @Test
  @Tag("slow")
  void aHundredThousandRoomsAreCheap() {
    reading(new History(100, 262_144), 1 << 30);
    long before = used();
    long offset = 0;
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 100_000; i++) show(List.of(message(offset++, "room-" + i)));
    }
    assertThat(used() - before).isLessThan(150 << 20);
    assertThat(table.log.rooms()).hasSize(100_000);
  }

  @Test
  @Tag("slow")
  void aMessageThatIsKeptIsSmall() {
    reading(new History(100, 262_144), 1 << 30);
    long before = used();
    long payload = 0;
    for (int i = 0; i < 200_000; i++) {
      ConsumerRecord<byte[], byte[]> record = message(i, "room-" + i % 2_000);
      payload += record.value().length;
      show(List.of(record));
    }
    assertThat((used() - before - payload) / 200_000).isLessThan(200);
  }

  private static long used() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
