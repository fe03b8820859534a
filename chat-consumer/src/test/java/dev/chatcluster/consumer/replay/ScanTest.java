package dev.chatcluster.consumer.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.consumer.message.Messages;
import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.LoopSink;
import dev.chatcluster.consumer.room.Membership;
import dev.chatcluster.consumer.room.RoomListener;
import dev.chatcluster.consumer.room.Started;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.order.PartitionView;
import dev.chatcluster.roomlog.order.RoomLog;
import dev.chatcluster.roomlog.position.Position;
import dev.chatcluster.roomlog.room.Partitioning;
import dev.chatcluster.roomlog.room.RoomSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class ScanTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long FAR_HEAD = 10_000_000;

  private final Scan scan = new Scan(0, new Messages(new RoomSource.Key()));

  @Test
  void aPassWhoseLastListenerLeftIsOver() {
    Cursor alone = cursor(0);
    scan.add(alone);
    assertThat(scan.begin(0)).contains(0L);
    reached(1_000, 1);
    assertThat(scan.passing()).isTrue();
    alone.drop();
    scan.sweep();
    assertThat(scan.passing()).isFalse();
    assertThat(scan.cursors()).isEmpty();
  }

  @Test
  void aSlowFirstFetchDoesNotEndATurnThatHasShownNothing() {
    Cursor far = cursor(5_000_000);
    Cursor early = cursor(0);
    scan.add(far);
    assertThat(scan.begin(0)).contains(5_000_000L);
    scan.add(early);
    reached(5_000_000, SECOND);
    assertThat(scan.passing()).as("nothing was read yet, however long it took").isTrue();
    reached(5_001_000, 2 * SECOND);
    reached(5_002_000, 3 * SECOND);
    assertThat(far.next()).isEqualTo(5_002_000);
    assertThat(scan.passing()).as("the other's turn").isFalse();
    assertThat(scan.begin(3 * SECOND)).contains(0L);
  }

  @Test
  void whoStandsFurtherOnInThePassDoesNotCutItShort() {
    Cursor early = cursor(0);
    scan.add(early);
    scan.add(cursor(4_000));
    assertThat(scan.begin(0)).contains(0L);
    reached(1_000, SECOND);
    reached(2_000, 3 * SECOND);
    assertThat(scan.passing()).isTrue();
    assertThat(early.next()).isEqualTo(2_000);
  }

  @Test
  void whoWentOnToAnotherPartitionIsShownNothingMoreOfThisOne() {
    RoomLog log =
        RoomLog.of(
            List.of(
                Epoch.first(1, Partitioning.KAFKA_DEFAULT),
                new Epoch(1, 2, Partitioning.KAFKA_DEFAULT, List.of(1_000L, 0L), List.of(0L, 0L))));
    String moved =
        IntStream.range(0, 100)
            .mapToObj(i -> "room-" + i)
            .filter(room -> log.owner(1, room) == 1)
            .findFirst()
            .orElseThrow();
    Gap gap =
        new Gap(new Position(0, 0, -1), new Position(1, 1, FAR_HEAD), PartitionView.of(log, 1));
    Membership member = new Membership(moved, NO_LOOP, NOBODY, NO_HOST);
    Cursor cursor = new Cursor(new Admission.Request(member, gap), 0, taken -> {});
    Scan next = new Scan(1, new Messages(new RoomSource.Key()));
    scan.add(cursor);
    scan.add(cursor(0));
    assertThat(scan.begin(0)).contains(0L);
    scan.reached(
        1_000,
        1,
        read -> {
          assertThat(read.nextLeg(1)).isTrue();
          next.add(read);
          assertThat(next.begin(1)).contains(0L);
        });
    byte[] key = moved.getBytes(StandardCharsets.UTF_8);
    scan.show(new ConsumerRecord<>("chat", 0, 1_500, key, key), "log", 1_000);
    assertThat(cursor.next()).isZero();
    next.show(new ConsumerRecord<>("chat", 1, 20, key, key), "log", 1_000);
    assertThat(cursor.next()).isEqualTo(21);
  }

  private void reached(long offset, long now) {
    scan.reached(offset, now, read -> {});
  }

  private static Cursor cursor(long next) {
    Gap gap =
        new Gap(
            new Position(0, 0, next - 1),
            new Position(0, 0, FAR_HEAD),
            PartitionView.of(RoomLog.of(List.of(Epoch.first(1, Partitioning.KAFKA_DEFAULT))), 0));
    Membership member = new Membership("a", NO_LOOP, NOBODY, NO_HOST);
    return new Cursor(new Admission.Request(member, gap), 0, taken -> {});
  }

  private static final Membership.Host NO_HOST =
      new Membership.Host() {
        @Override
        public void left(Membership member) {}

        @Override
        public void position(Membership member, Consumer<String> told) {}
      };

  private static final LoopSink NO_LOOP =
      new LoopSink() {
        @Override
        public void deliver(List<Entry> entries) {}

        @Override
        public void execute(Runnable task) {}
      };

  private static final RoomListener NOBODY =
      new RoomListener() {
        @Override
        public void started(Started started) {}

        @Override
        public void replay(List<Entry> entries, Runnable more) {}

        @Override
        public void joined() {}

        @Override
        public void live() {}

        @Override
        public void failed(String sentence) {}
      };
}
