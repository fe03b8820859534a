package dev.chatcluster.consumer.session;

import dev.chatcluster.consumer.stomp.HeartBeat;
import dev.chatcluster.consumer.stomp.StompLimits;

/**
 * What one session may use.
 *
 * @param frames limits of a frame
 * @param heartBeat what the server offers
 */
public record SessionLimits(StompLimits frames, HeartBeat heartBeat) {
  /** Subscriptions on one connection. */
  public static final int SUBSCRIPTIONS = 1000;

  /** Bytes that open transactions may hold: four of the largest messages. */
  long transactionBytes() {
    return 4L * frames.bodyBytes();
  }
}
