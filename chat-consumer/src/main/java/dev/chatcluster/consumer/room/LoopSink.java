package dev.chatcluster.consumer.room;

import java.util.List;

/**
 * One event loop as the reader sees it. The order of the calls is the order in which the loop
 * carries them out: the splice of history and live messages rests on it.
 */
public interface LoopSink {
  /**
   * Hands over the entries of one poll whose rooms have a listener on this loop, in log order. The
   * reader calls it at most once a poll; it costs the loop one task.
   */
  void deliver(List<Entry> entries);

  /** Carries out {@code task} on the loop, after everything that was handed over before. */
  void execute(Runnable task);
}
