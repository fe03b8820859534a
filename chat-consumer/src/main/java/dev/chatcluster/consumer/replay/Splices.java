package dev.chatcluster.consumer.replay;

import dev.chatcluster.consumer.room.Membership;
import dev.chatcluster.consumer.room.Started;
import dev.chatcluster.roomlog.position.Position;
import java.util.function.Consumer;

/** The live reading, as a replay that is to end in it sees it. Any thread may call. */
public interface Splices {
  /**
   * Tells the listener, which has had everything up to {@code after}, the rest from memory, and
   * makes it live; or, when memory does not reach so far back any more, tells {@code gap} what is
   * to be read first.
   */
  void splice(Membership listener, Position after, Consumer<Gap> gap);

  /** Makes the listener live without history, for which there is a reason. */
  void enter(Membership listener, Started.Outcome outcome, String earliest);

  /** The replay of the listener has ended without either. */
  void release(Membership listener);
}
