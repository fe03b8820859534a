package dev.chatcluster.consumer.stomp;

/**
 * A frame that a client sent.
 *
 * @param body the bytes after the headers; empty for all but SEND
 */
public record ClientFrame(ClientCommand command, StompHeaders headers, byte[] body) {
  /** The value of a header, or null. */
  public String header(String name) {
    return headers.get(name);
  }

  /**
   * The value of a header that the frame must have.
   *
   * @throws StompException when it is missing
   */
  public String required(String name) {
    String value = headers.get(name);
    if (value == null) {
      throw new StompException(
          command + " has no \"" + name + "\" header; STOMP asks for it: add it");
    }
    return value;
  }
}
