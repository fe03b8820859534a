package dev.chatcluster.benchmarks.roomlog;

/** A time, by {@link System#nanoTime()}: from inclusive, to exclusive. */
record Window(long from, long to) {
  boolean holds(long nanos) {
    return nanos - from >= 0 && nanos - to < 0;
  }
}
