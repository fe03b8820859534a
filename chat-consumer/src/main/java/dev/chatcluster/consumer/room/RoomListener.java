package dev.chatcluster.consumer.room;

import java.util.List;

/**
 * One subscription as the reader sees it. All calls come on the loop of its {@link LoopSink}, in
 * this order: {@code started}, {@code replay}*, {@code joined}, {@code live}; after {@link
 * Rooms.Registration#cancel()} none comes.
 */
public interface RoomListener {
  /** Once, before anything else. */
  void started(Started started);

  /**
   * A piece of history for this listener alone, in order.
   *
   * @param more to be run, on any thread, when the listener can take the next piece: that is how a
   *     slow client slows its own replay and nobody else's
   */
  void replay(List<Entry> entries, Runnable more);

  /** The loop's entries of the room are this listener's from here on; it keeps them until live. */
  void joined();

  /** History is complete: what was kept goes out, less what is not after the cursor; then live. */
  void live();

  /** The log could not be read to the end of the replay; the client should come again. */
  void failed(String sentence);
}
