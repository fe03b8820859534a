package dev.chatcluster.consumer.stomp;

/** The commands that a client may send. */
public enum ClientCommand {
  CONNECT,
  STOMP,
  SEND,
  SUBSCRIBE,
  UNSUBSCRIBE,
  ACK,
  NACK,
  BEGIN,
  COMMIT,
  ABORT,
  DISCONNECT;

  /** Whether the frame opens a session; such a frame's headers are not escaped in any version. */
  public boolean connects() {
    return this == CONNECT || this == STOMP;
  }

  /** The command of that name, or null. */
  static ClientCommand of(String name) {
    return switch (name) {
      case "CONNECT" -> CONNECT;
      case "STOMP" -> STOMP;
      case "SEND" -> SEND;
      case "SUBSCRIBE" -> SUBSCRIBE;
      case "UNSUBSCRIBE" -> UNSUBSCRIBE;
      case "ACK" -> ACK;
      case "NACK" -> NACK;
      case "BEGIN" -> BEGIN;
      case "COMMIT" -> COMMIT;
      case "ABORT" -> ABORT;
      case "DISCONNECT" -> DISCONNECT;
      default -> null;
    };
  }
}
