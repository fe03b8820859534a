package dev.chatcluster.roomlog.order;

import static dev.chatcluster.roomlog.order.RoomLog.STRAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.room.Partitioning;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoomLogTest {
  /** Room 2 lies in partition 0, then 2, then 0 again. */
  private static final RoomLog LOG =
      RoomLog.of(
          List.of(
              epoch(0, 2, List.of(0L, 0L), List.of(0L, 0L)),
              epoch(1, 3, List.of(10L, 10L, 2L), List.of(6L, 6L, 0L)),
              epoch(2, 2, List.of(20L, 20L, 20L), List.of(14L, 16L, 18L))));

  @Test
  void aRecordLiesInTheSegmentThatBeganAtItOrBefore() {
    assertThat(LOG.seg(0, 0)).isZero();
    assertThat(LOG.seg(0, 9)).isZero();
    assertThat(LOG.seg(0, 10)).isEqualTo(1);
    assertThat(LOG.seg(0, 19)).isEqualTo(1);
    assertThat(LOG.seg(0, 20)).isEqualTo(2);
    assertThat(LOG.seg(2, 1)).isZero();
  }

  @Test
  void itIsRoutedInTheFirstEpochWhoseSuccessorFoundItRouted() {
    assertThat(LOG.route(0, 5)).isZero();
    assertThat(LOG.route(0, 6)).isEqualTo(1);
    assertThat(LOG.route(0, 13)).isEqualTo(1);
    assertThat(LOG.route(0, 14)).isEqualTo(2);
    assertThat(LOG.route(0, 1_000)).isEqualTo(2);
  }

  @Test
  void itIsAtHomeInTheFirstEpochThatOwnsItsRoomThere() {
    assertThat(LOG.home("2", 0, 9)).isZero();
    assertThat(LOG.home("2", 0, 10)).isEqualTo(STRAY);
    assertThat(LOG.home("2", 2, 2)).isEqualTo(1);
    assertThat(LOG.home("2", 0, 20)).isEqualTo(2);
  }

  @Test
  void aStrayNobodyHadRoutedWhenItsRoomCameIsAtHomeWhereItLies() {
    assertThat(LOG.home("2", 0, 13)).as("routed under epoch 1").isEqualTo(STRAY);
    assertThat(LOG.home("2", 0, 14)).as("not routed before epoch 2").isEqualTo(2);
    assertThat(LOG.home("2", 2, 1)).as("written before the barrier of epoch 1").isEqualTo(1);
  }

  @Test
  void theSegmentsOfARoomAreTheChainOfItsLog() {
    assertThat(List.of(LOG.segment(0, "2"), LOG.segment(1, "2"), LOG.segment(2, "2")))
        .containsExactly(
            new Segment(0, 0, 0, 10),
            new Segment(1, 2, 0, 20),
            new Segment(2, 0, 14, Long.MAX_VALUE));
  }

  @Test
  void anAdoptedTopicsRecordsAreInTheirRoomsLogsFromOffsetZero() {
    RoomLog adopted =
        RoomLog.of(List.of(Epoch.adopting(2, Partitioning.MODULO, List.of(100L, 100L))));
    assertThat(adopted.segment(0, "2").from()).isZero();
    assertThat(adopted.home("2", 0, 3)).isZero();
    assertThat(adopted.home("2", 1, 3)).isEqualTo(STRAY);
  }

  @Test
  void anEpochCountsFromTheBeginningOfAPartitionThatCameLater() {
    assertThat(LOG.barrier(2, 7)).isZero();
    assertThat(LOG.routed(2, 7)).isZero();
    assertThat(LOG.barrier(3, 0)).isEqualTo(Long.MAX_VALUE);
    assertThat(LOG.routed(3, 0)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aRoomStaysWhereItIsOwnedAllTheTime() {
    assertThat(LOG.stays("2", 0, 0, 0)).isTrue();
    assertThat(LOG.stays("2", 0, 0, 1)).as("it leaves").isFalse();
    assertThat(LOG.stays("2", 2, 0, 1)).as("it comes").isFalse();
    assertThat(LOG.stays("2", 0, 0, 2)).as("it comes back").isFalse();
    assertThat(LOG.stays("1", 1, 0, 2)).isTrue();
  }

  @Test
  void aLogHasAnEpoch() {
    assertThatThrownBy(() -> RoomLog.of(List.of())).hasMessageContaining("epoch 0");
  }

  private static Epoch epoch(int k, int n, List<Long> barriers, List<Long> routed) {
    return new Epoch(k, n, Partitioning.MODULO, barriers, routed);
  }
}
