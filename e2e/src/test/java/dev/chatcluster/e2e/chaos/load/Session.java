package dev.chatcluster.e2e.chaos.load;

import dev.chatcluster.e2e.client.StompConnection;
import dev.chatcluster.e2e.client.StompFrame;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * One connection of a client that forgets it for good when it leaves: no frame comes after that,
 * however late the pod wakes up.
 */
final class Session {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(4);

  private final Consumer<StompFrame> frames;
  private StompConnection connection;
  private volatile boolean open = true;
  private volatile long lastFrame = System.nanoTime();

  private Session(Consumer<StompFrame> frames) {
    this.frames = frames;
  }

  /**
   * Connects.
   *
   * @param frames is called by one thread at a time, never after {@link #leave}
   * @throws IllegalStateException when the pod refuses or does not answer
   */
  static Session open(HttpClient http, URI pod, Consumer<StompFrame> frames) {
    Session session = new Session(frames);
    session.connection = StompConnection.open(http, pod, session.new Incoming(), CONNECT_WITHIN);
    return session;
  }

  void write(StompFrame frame) {
    connection
        .write(frame)
        .exceptionally(
            failure -> {
              open = false;
              return null;
            });
  }

  /** Whether the connection stands, as far as this end knows. */
  boolean isOpen() {
    return open;
  }

  /** Since when nothing came. */
  Duration silence() {
    return Duration.ofNanos(System.nanoTime() - lastFrame);
  }

  void leave(boolean politely) {
    synchronized (this) {
      open = false;
    }
    if (politely) connection.close();
    else connection.abort();
  }

  private final class Incoming implements StompConnection.Listener {
    @Override
    public void frame(StompFrame frame) {
      synchronized (Session.this) {
        if (!open) return;
        lastFrame = System.nanoTime();
        frames.accept(frame);
      }
    }

    @Override
    public void closed(int code, String reason) {
      open = false;
    }
  }
}
