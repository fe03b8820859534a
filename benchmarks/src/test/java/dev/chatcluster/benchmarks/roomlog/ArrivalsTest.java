package dev.chatcluster.benchmarks.roomlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
  private static final long MS = 1_000_000;

  private final Arrivals arrivals = new Arrivals();

  @Test
  void aRoomsPauseIsItsLargestLatencyInTheWindow() {
    late(1, 10, 5);
    late(1, 20, 70);
    late(1, 30, 6);
    late(2, 20, 7);
    late(2, 99, 500);
    Histogram pauses = arrivals.pauses(new Window(10 * MS, 90 * MS), room -> true);
    assertThat(pauses.getTotalCount()).isEqualTo(2);
    assertThat(pauses.getMinValue()).isBetween(6 * MS, 8 * MS);
    assertThat(pauses.getMaxValue()).isBetween(69 * MS, 71 * MS);
  }

  @Test
  void whatIsDueOutsideTheWindowOrOfOtherRoomsIsNotCounted() {
    late(1, 9, 100);
    late(1, 10, 1);
    late(2, 15, 100);
    late(1, 20, 100);
    Histogram all = arrivals.latencies(new Window(10 * MS, 20 * MS), room -> room == 1);
    assertThat(all.getTotalCount()).isEqualTo(1);
    assertThat(all.getMaxValue()).isBetween(MS, 2 * MS);
  }

  @Test
  void itHoldsMoreThanItsFirstArrays() {
    int many = 200_000;
    IntStream.range(0, many).forEach(i -> late(i % 7, i, 1));
    assertThat(arrivals.count()).isEqualTo(many);
    assertThat(arrivals.latencies(new Window(0, many * MS), room -> true).getTotalCount())
        .isEqualTo(many);
  }

  private void late(int room, long dueMs, long lateMs) {
    arrivals.message(room, 0, dueMs * MS, (dueMs + lateMs) * MS);
  }
}
