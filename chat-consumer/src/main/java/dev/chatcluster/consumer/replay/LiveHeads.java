package dev.chatcluster.consumer.replay;

import dev.chatcluster.consumer.room.Membership;
import dev.chatcluster.consumer.room.Started;
import java.util.function.LongConsumer;

/** The live reading, as a replay that is to end in it sees it. Any thread may call. */
public interface LiveHeads {
  /** The offset up to which the partition has been read live; 0 when it is not read. */
  long head(int partition);

  /**
   * Counts the listener in at the head, once that is at {@code from} or beyond, and tells it that
   * it has joined; the loop's entries are its own from there on.
   *
   * @param joined gets the head, on the reader's thread
   */
  void splice(Membership listener, int partition, long from, LongConsumer joined);

  /** Counts the listener in at the head: it gets no history. */
  void enter(Membership listener, int partition, Started.Outcome outcome, String earliest);

  /** The replay of the listener has ended without {@link #splice} or {@link #enter}. */
  void release(Membership listener, int partition);
}
