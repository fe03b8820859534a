package dev.chatcluster.benchmarks.roomlog;

/** Is told of messages, on the thread of the clients. */
@FunctionalInterface
interface Heard {
  /**
   * @param number counts the room's messages
   * @param due when it was to be sent, by {@link System#nanoTime()}
   */
  void message(int room, int number, long due, long now);
}
