package dev.chatcluster.consumer.session;

import dev.chatcluster.consumer.stomp.StompVersion;
import dev.chatcluster.consumer.websocket.frame.CloseCode;

/** Where a session stands. Only {@link Session} moves from one to the next, always downwards. */
sealed interface State {
  /** The socket is open, CONNECT has not come. */
  record Connecting() implements State {}

  /** Frames are taken. */
  record Connected(StompVersion version) implements State {}

  /**
   * No frame is taken any more; what was taken is answered, then it closes.
   *
   * @param receipt of the DISCONNECT; null without
   */
  record Leaving(StompVersion version, CloseCode code, String reason, String receipt)
      implements State {}

  /** Nothing is written any more. */
  record Closed() implements State {}
}
