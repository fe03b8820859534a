package dev.chatcluster.consumer.send;

/** What became of a message; called once, on the session's loop. */
public interface SendAnswer {
  /**
   * Kafka has it.
   *
   * @param ack opaque; a client gives it back when it reconnects; not a position
   */
  void acknowledged(String ack);

  /**
   * It is not known to be in the log.
   *
   * @param sentence what, where, what to do
   * @param retry true: the same message may be sent again later; false: it never will be taken
   */
  void failed(String sentence, boolean retry);
}
