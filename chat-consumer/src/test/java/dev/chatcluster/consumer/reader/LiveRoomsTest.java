package dev.chatcluster.consumer.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.consumer.Listener;
import dev.chatcluster.consumer.Loop;
import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.message.Messages;
import dev.chatcluster.consumer.metrics.ReaderMetrics;
import dev.chatcluster.consumer.metrics.ReplayMetrics;
import dev.chatcluster.consumer.room.Membership;
import dev.chatcluster.consumer.room.Started.Outcome;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import dev.chatcluster.roomlog.room.RoomSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** This thread is the reader's. */
class LiveRoomsTest {
  private static final Topology TOPOLOGY =
      Topology.of(
          ControlState.EMPTY.apply(
              new EpochPublished(
                  new LogId("uid", "topic-id"), Epoch.first(1, Partitioning.KAFKA_DEFAULT))),
          1);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Mailbox mailbox = new Mailbox(Thread.currentThread(), () -> {});
  private final LiveRooms rooms =
      new LiveRooms(
          "t",
          () -> TOPOLOGY,
          new Messages(new RoomSource.Key()),
          mailbox,
          null,
          new ReaderMetrics(registry),
          new ReplayMetrics(registry));

  private Listener replayed(Loop loop, Following following) {
    following.pins++;
    return new Listener(loop, "a");
  }

  private static Membership member(Loop loop, Listener listener) {
    return new Membership("a", loop, listener, _ -> {});
  }

  @Test
  void aReplayThatEndsAfterTheRoomsWereClosedFailsAtOnce() {
    try (Loop loop = new Loop()) {
      Following following = rooms.follow(0, true);
      Listener splicing = replayed(loop, following);
      Listener entering = replayed(loop, following);
      rooms.close("no longer");
      rooms.splice(member(loop, splicing), 0, 7, _ -> {});
      rooms.enter(member(loop, entering), 0, Outcome.BAD_TOKEN, null);
      mailbox.carryOut();
      await().untilAsserted(() -> assertThat(splicing.failure()).isEqualTo("no longer"));
      await().untilAsserted(() -> assertThat(entering.failure()).isEqualTo("no longer"));
      assertThat(following.waiting).isEmpty();
      assertThat(following.pins).isZero();
    }
  }

  @Test
  void whoWaitsForMoreThanHasBeenReadGoesOnWaiting() {
    try (Loop loop = new Loop()) {
      Following following = rooms.follow(0, true);
      Listener near = replayed(loop, following);
      Listener far = replayed(loop, following);
      Listener further = replayed(loop, following);
      List<Long> joined = new ArrayList<>();
      rooms.splice(member(loop, far), 0, 9, joined::add);
      rooms.splice(member(loop, near), 0, 5, joined::add);
      rooms.splice(member(loop, further), 0, 10, joined::add);
      mailbox.carryOut();
      rooms.advanced(following, 6);
      assertThat(joined).containsExactly(6L);
      rooms.advanced(following, 9);
      assertThat(joined).containsExactly(6L, 9L);
      assertThat(following.waiting).hasSize(1);
      assertThat(following.pins).isOne();
    }
  }
}
