package dev.chatcluster.benchmarks.roomlog;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.HdrHistogram.Histogram;

/**
 * Every message that came: which room, when it was due, how late it was. Written by the thread of
 * the clients alone; read by others once it is quiet.
 */
final class Arrivals implements Heard {
  private static final long LONGEST = TimeUnit.MINUTES.toNanos(10);

  private int[] rooms = new int[1 << 16];
  private long[] due = new long[1 << 16];
  private long[] late = new long[1 << 16];
  private int size;
  private volatile long count;

  @Override
  public void message(int room, int number, long dueAt, long now) {
    if (size == rooms.length) {
      rooms = Arrays.copyOf(rooms, 2 * size);
      due = Arrays.copyOf(due, 2 * size);
      late = Arrays.copyOf(late, 2 * size);
    }
    rooms[size] = room;
    due[size] = dueAt;
    late[size] = Math.max(0, now - dueAt);
    size++;
    count = size;
  }

  /** So far. */
  long count() {
    return count;
  }

  /** How late messages were, in nanoseconds: those due in the window, of these rooms. */
  Histogram latencies(Window window, IntPredicate ofRoom) {
    Histogram all = new Histogram(LONGEST, 3);
    for (int i = 0; i < size; i++) {
      if (window.holds(due[i]) && ofRoom.test(rooms[i]))
        all.recordValue(Math.min(late[i], LONGEST));
    }
    return all;
  }

  /** Each room's largest latency in the window, in nanoseconds. */
  Histogram pauses(Window window, IntPredicate ofRoom) {
    long[] worst = new long[1 + Arrays.stream(rooms, 0, size).max().orElse(0)];
    for (int i = 0; i < size; i++) {
      if (window.holds(due[i]) && ofRoom.test(rooms[i]))
        worst[rooms[i]] = Math.max(worst[rooms[i]], late[i]);
    }
    Histogram all = new Histogram(LONGEST, 3);
    for (long each : worst) if (each > 0) all.recordValue(Math.min(each, LONGEST));
    return all;
  }
}
