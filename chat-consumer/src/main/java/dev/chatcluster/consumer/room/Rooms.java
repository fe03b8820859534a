package dev.chatcluster.consumer.room;

import java.util.function.Consumer;

/** The rooms of the topic, whichever partition they are in, as a session sees them. */
public interface Rooms {
  /**
   * Joins a room. Never blocks; may be called on any loop.
   *
   * @param room a valid room id
   * @param from where to begin
   * @param loop the caller's event loop; one instance a loop, compared by identity
   * @param listener called on that loop only
   */
  Registration join(String room, From from, LoopSink loop, RoomListener listener);

  /** The partition that holds {@code room} in the newest epoch. */
  int partitionOf(String room);

  /** A listener's place in a room. */
  interface Registration {
    /** Leaves the room; call it on the listener's loop; calling it twice does nothing. */
    void cancel();

    /**
     * Asks how far the listener has come: {@code told} gets, on the loop, a token that is safe to
     * resume from once everything handed over before is taken. Nothing comes while it is not live.
     */
    void position(Consumer<String> told);
  }
}
