package dev.chatcluster.consumer.websocket;

import dev.chatcluster.consumer.room.Rooms;
import dev.chatcluster.consumer.send.Sends;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/** The client port: STOMP over WebSocket, and what a browser asks beside it. */
public final class ClientServer implements AutoCloseable {
  private ClientServer() {}

  /**
   * Binds and serves; returns once clients can connect.
   *
   * @throws java.io.IOException when the port cannot be bound; the message says which and why
   */
  public static ClientServer start(
      ClientServerConfig config, Rooms rooms, Sends sends, MeterRegistry registry)
      throws java.io.IOException {
    throw new java.io.IOException("not yet");
  }

  /** The port that is bound, also when the configuration said 0. */
  public int port() {
    return 0;
  }

  /**
   * Lets clients go: accepts a little longer, then closes connections spread over what is left of
   * {@code window}, each once its SENDs are answered. Blocks until no connection is left, at most
   * {@code window}; {@link #close()} comes after it.
   */
  public void drain(Duration window) {}

  /** Closes everything at once. */
  @Override
  public void close() {}
}
