package dev.chatcluster.consumer.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Room "1" is in partition 0 of one, and in partition 1 of two and of three. */
class RoomPathTest {
  private static final LogId LOG = new LogId("uid", "topic-id");
  private static final String ROOM = "1";

  private final Map<Integer, Long> positions = new HashMap<>();
  private final List<CompletableFuture<Long>> ends = new ArrayList<>();
  private final RoomPath path = new RoomPath(ROOM);
  private CompletableFuture<Topology> read = CompletableFuture.completedFuture(topology(1));

  private final Routed routed =
      new Routed() {
        @Override
        public boolean passed(int partition, long offset) {
          return positions.getOrDefault(partition, -1L) >= offset;
        }

        @Override
        public CompletableFuture<Long> endFromNow(int partition) {
          CompletableFuture<Long> end = new CompletableFuture<>();
          ends.add(end);
          return end;
        }

        @Override
        public CompletableFuture<Topology> topologyFromNow() {
          return read;
        }
      };

  /** Each epoch after the first begins at offset 100 times its number, with nothing routed. */
  private static Topology topology(int... counts) {
    ControlState state =
        ControlState.EMPTY.apply(
            new EpochPublished(LOG, Epoch.first(counts[0], Partitioning.MODULO)));
    for (int k = 1; k < counts.length; k++) {
      List<Long> barriers = Collections.nCopies(3, 100L * k);
      List<Long> nothing = Collections.nCopies(3, 0L);
      state =
          state
              .apply(new CutStarted(LOG, k, counts[k], Partitioning.MODULO, nothing, "n"))
              .apply(
                  new EpochPublished(
                      LOG, new Epoch(k, counts[k], Partitioning.MODULO, barriers, nothing)));
    }
    return Topology.of(state, 3);
  }

  private void acknowledged(long offset) {
    path.sent();
    path.answered(offset);
  }

  @Test
  void aRoomThatNeverMovedIsWrittenToAtOnce() {
    assertThat(path.begin(topology(1), null, routed)).isTrue();
    assertThat(path.settled(topology(1), routed)).isTrue();
    assertThat(new RoomPath(ROOM).begin(topology(2, 3), null, routed)).isTrue();
  }

  @Test
  void whatLandedBeforeTheBarrierIsSettledWithoutAsking() {
    path.move(0);
    acknowledged(99);
    assertThat(path.settled(topology(1, 2), routed)).isTrue();
  }

  /** A retry may lead the session away from the partition that has the room. */
  @Test
  void whatMayLieBehindABarrierThatIsNotKnownYetIsSettledWhenItsRouterHasPassedIt() {
    path.move(1);
    acknowledged(150);
    assertThat(path.settled(topology(1, 2), routed)).isFalse();
    positions.put(1, 151L);
    assertThat(path.settled(topology(1, 2), routed)).isTrue();
  }

  @Test
  void aStrayIsSettledWhenItsRouterHasPassedIt() {
    path.move(0);
    acknowledged(99);
    acknowledged(101);
    assertThat(path.settled(topology(1, 2), routed)).isFalse();
    positions.put(0, 101L);
    assertThat(path.settled(topology(1, 2), routed)).isFalse();
    positions.put(0, 102L);
    assertThat(path.settled(topology(1, 2), routed)).isTrue();
  }

  @Test
  void whatIsOnItsWayIsNotSettled() {
    path.move(0);
    acknowledged(50);
    path.sent();
    assertThat(path.settled(topology(1, 2), routed)).isFalse();
    path.answered(-1);
    assertThat(path.settled(topology(1, 2), routed)).isTrue();
  }

  @Test
  void theFirstMessageToARoomThatMovedWaitsForAllThatLiesWhereItWas() {
    Topology now = topology(1, 3);
    assertThat(path.begin(now, null, routed)).isFalse();
    assertThat(ends).hasSize(1);
    positions.put(0, 120L);
    assertThat(path.begin(now, null, routed)).isFalse();
    ends.getFirst().complete(130L);
    assertThat(path.begin(now, null, routed)).isFalse();
    positions.put(0, 130L);
    assertThat(path.begin(now, null, routed)).isTrue();
    assertThat(ends).hasSize(1);
  }

  @Test
  void aPodThatKnowsOfNoMoveReadsTheControlLogBeforeItBelievesSo() {
    read = new CompletableFuture<>();
    assertThat(path.begin(topology(1), null, routed)).isFalse();
    assertThat(ends).isEmpty();
    read.complete(topology(1, 2, 1));
    assertThat(path.begin(topology(1), null, routed)).isFalse();
    ends.getFirst().complete(205L);
    assertThat(path.begin(topology(1), null, routed)).isFalse();
    positions.put(1, 205L);
    assertThat(path.begin(topology(1), null, routed)).isTrue();
  }

  @Test
  void aControlLogThatKafkaDidNotTellIsAskedForAgain() {
    read = CompletableFuture.failedFuture(new IllegalStateException("away"));
    assertThat(path.begin(topology(1), null, routed)).isFalse();
    read = CompletableFuture.completedFuture(topology(1));
    assertThat(path.begin(topology(1), null, routed)).isTrue();
  }

  @Test
  void aMoveWhileItWaitsIsWaitedForToo() {
    assertThat(path.begin(topology(1, 3), null, routed)).isFalse();
    ends.getFirst().complete(0L);
    positions.put(0, 0L);
    assertThat(path.begin(topology(1, 3, 1), null, routed)).isFalse();
    ends.getLast().complete(210L);
    positions.put(1, 210L);
    assertThat(path.begin(topology(1, 3, 1), null, routed)).isTrue();
    assertThat(ends).hasSize(2);
  }

  @Test
  void anEndThatKafkaDidNotTellIsAskedForAgain() {
    assertThat(path.begin(topology(1, 3), null, routed)).isFalse();
    ends.getFirst().completeExceptionally(new IllegalStateException("away"));
    assertThat(path.begin(topology(1, 3), null, routed)).isFalse();
    ends.getLast().complete(0L);
    positions.put(0, 0L);
    assertThat(path.begin(topology(1, 3), null, routed)).isTrue();
  }

  @Test
  void theLastAckPutsANewSessionOnTheOldPathAndItStaysThereUntilThatIsSettled() {
    Topology now = topology(1, 2);
    Ack ack = new Ack(now.fingerprint(), 0, 150);
    assertThat(path.begin(now, ack, routed)).isTrue();
    assertThat(path.partition()).isZero();
    assertThat(path.settled(now, routed)).isFalse();
    positions.put(0, 151L);
    assertThat(path.settled(now, routed)).isTrue();
    assertThat(ends).isEmpty();
  }

  @Test
  void anAckIsOfALogAndARoom() {
    Topology now = topology(1, 2);
    Ack ack = new Ack(now.fingerprint(), 1, 7);
    assertThat(Ack.parse(ack.toString())).contains(ack);
    assertThat(ack.fits(now, ROOM)).isTrue();
    assertThat(ack.fits(now, "2")).isFalse();
    assertThat(new Ack("AAAAAAAA", 1, 7).fits(now, ROOM)).isFalse();
    for (String bad : List.of("", "a1", "a1.AAAAAAAA.1", "1.AAAAAAAA.0.1.7", "a1.AAAAAAAA.1.-1")) {
      assertThat(Ack.parse(bad)).as(bad).isEmpty();
    }
  }
}
