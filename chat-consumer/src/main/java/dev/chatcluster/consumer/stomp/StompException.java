package dev.chatcluster.consumer.stomp;

/** A client broke the rules; its message is the sentence that the client is told. */
public final class StompException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param sentence what is wrong, where, what to do
   */
  public StompException(String sentence) {
    super(sentence, null, false, false);
  }
}
