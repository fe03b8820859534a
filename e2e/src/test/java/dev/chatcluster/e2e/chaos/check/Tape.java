package dev.chatcluster.e2e.chaos.check;

import java.util.Arrays;

/** Names of messages, each with a time, in the order in which they came. Thread-safe. */
public final class Tape {
  private long[] ids = new long[1024];
  private long[] times = new long[1024];
  private int size;

  public synchronized void add(long id, long time) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, size * 2);
      times = Arrays.copyOf(times, size * 2);
    }
    ids[size] = id;
    times[size] = time;
    size++;
  }

  public synchronized int size() {
    return size;
  }

  /** The name of the last one. */
  public synchronized long last() {
    return ids[size - 1];
  }

  synchronized long[] ids() {
    return Arrays.copyOf(ids, size);
  }

  synchronized long[] times() {
    return Arrays.copyOf(times, size);
  }
}
