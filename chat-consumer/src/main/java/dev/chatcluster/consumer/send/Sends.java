package dev.chatcluster.consumer.send;

import java.util.concurrent.Executor;

/** The way into Kafka, as a session sees it. */
public interface Sends {
  /**
   * A session's own path: its messages reach Kafka in the order of {@link Path#send}.
   *
   * @param loop where the answers are carried out
   */
  Path open(Executor loop);

  /** One session's path. All calls on its loop; none blocks. */
  interface Path {
    /**
     * Takes the message, always.
     *
     * @return false when the path is now full: the session stops reading its socket until {@code
     *     whenRoom} has run
     */
    boolean send(Outgoing message, SendAnswer answer);

    /** Runs {@code task} once, on the loop, as soon as the path is no longer full. */
    void whenRoom(Runnable task);

    /** Messages taken and not yet answered. */
    int inFlight();
  }
}
