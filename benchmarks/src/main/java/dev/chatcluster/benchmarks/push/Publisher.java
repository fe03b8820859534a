package dev.chatcluster.benchmarks.push;

/** The way a message takes to the server. */
@FunctionalInterface
interface Publisher {
  /** Writes to the room with that index; may return before the message is anywhere. */
  void publish(int room, byte[] body);
}
