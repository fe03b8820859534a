package dev.chatcluster.consumer.room;

/** Where in a room's log a listener wants to begin. */
public sealed interface From {
  /** At the reader's head: whatever is written from now on. */
  record Now() implements From {}

  /**
   * With the last messages that are kept in memory.
   *
   * @param messages at most so many, 0 or more
   */
  record Last(int messages) implements From {}

  /**
   * After the message that {@code token} names.
   *
   * @param token as the client gave it, unchecked
   */
  record After(String token) implements From {}
}
