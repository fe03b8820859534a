package dev.chatcluster.benchmarks.load;

import java.util.concurrent.locks.LockSupport;

/** Does something at an even rate, and makes up for it when it was late. */
public final class Pace {
  private Pace() {}

  /** One of the things. */
  @FunctionalInterface
  public interface Step {
    /**
     * @param index counts from 0
     * @param due by {@link System#nanoTime()}
     */
    void at(long index, long due);
  }

  /** As {@link #keep(double, long, long, Step)}, without an end but the interruption. */
  public static void keep(double perSecond, long begin, Step step) {
    keep(perSecond, begin, begin + Long.MAX_VALUE / 2, step);
  }

  /**
   * Runs on the calling thread until it is interrupted or a step would be due at the end.
   *
   * @param begin of the first step, by {@link System#nanoTime()}
   */
  public static void keep(double perSecond, long begin, long end, Step step) {
    for (long i = 0; ; i++) {
      long due = begin + (long) (i * 1e9 / perSecond);
      if (due - end >= 0) return;
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
        if (Thread.currentThread().isInterrupted()) return;
        LockSupport.parkNanos(wait);
      }
      if (Thread.currentThread().isInterrupted()) return;
      step.at(i, due);
    }
  }
}
