package dev.chatcluster.e2e.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** One STOMP connection over the JDK's WebSocket. Frames reach the listener one at a time. */
public final class StompConnection {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Listener listener;
  private final StompFrameReader reader = new StompFrameReader();
  private final CompletableFuture<StompFrame> connected = new CompletableFuture<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private WebSocket socket;
  private CompletableFuture<?> sending = CompletableFuture.completedFuture(null);

  private StompConnection(Listener listener) {
    this.listener = listener;
  }

  /** What a connection tells its user. */
  public interface Listener {
    /** A frame came; CONNECTED is not among them. */
    void frame(StompFrame frame);

    /**
     * The connection is over; once, and only after it was connected.
     *
     * @param code the WebSocket's close code; 1006 when it ended without one
     */
    void closed(int code, String reason);
  }

  /**
   * Connects and waits for CONNECTED.
   *
   * @throws IllegalStateException with the server's sentence, when it refuses
   */
  public static StompConnection open(HttpClient http, URI uri, Listener listener) {
    return open(http, uri, listener, PATIENCE);
  }

  /** The same with another patience for each of the two steps. */
  public static StompConnection open(
      HttpClient http, URI uri, Listener listener, Duration patience) {
    StompConnection connection = new StompConnection(listener);
    try {
      connection.socket =
          http.newWebSocketBuilder()
              .subprotocols("v12.stomp")
              .connectTimeout(patience)
              .buildAsync(uri, connection.new Incoming())
              .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
              .join();
      connection.write(
          StompFrame.of("CONNECT", "accept-version", "1.2", "host", "e2e", "heart-beat", "0,0"));
      connection.connected.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).join();
      return connection;
    } catch (CompletionException e) {
      String missing = connection.socket == null ? "no WebSocket" : "no CONNECTED";
      connection.abort();
      throw new IllegalStateException(
          "No connection to " + uri + ", " + missing + ": " + e.getCause(), e);
    }
  }

  /** Sends a frame as one text message. */
  public synchronized CompletableFuture<?> write(StompFrame frame) {
    String text = new String(frame.encode(), StandardCharsets.UTF_8);
    sending = sending.thenCompose(done -> socket.sendText(text, true));
    return sending;
  }

  /** Sends bytes that need not be a frame. */
  public synchronized CompletableFuture<?> writeBytes(byte[] bytes) {
    sending = sending.thenCompose(done -> socket.sendBinary(ByteBuffer.wrap(bytes), true));
    return sending;
  }

  /** Says goodbye as STOMP asks, then closes; does not wait. */
  public void close() {
    if (closed.getAndSet(true)) return;
    write(StompFrame.of("DISCONNECT"))
        .thenCompose(done -> socket.sendClose(WebSocket.NORMAL_CLOSURE, ""))
        .exceptionally(
            failure -> {
              socket.abort();
              return null;
            });
  }

  /** Drops the connection without a word. */
  public void abort() {
    closed.set(true);
    if (socket != null) socket.abort();
  }

  private final class Incoming implements WebSocket.Listener {
    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      take(ByteBuffer.wrap(data.toString().getBytes(StandardCharsets.UTF_8)));
      webSocket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
      take(data);
      webSocket.request(1);
      return null;
    }

    private void take(ByteBuffer data) {
      reader.add(data);
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        StompFrame frame = next.get();
        if (connected.isDone()) listener.frame(frame);
        else if (frame.command().equals("CONNECTED")) connected.complete(frame);
        else connected.completeExceptionally(new IllegalStateException(frame.text()));
      }
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
      over(statusCode, reason);
      return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
      over(1006, String.valueOf(error));
    }

    private void over(int code, String reason) {
      boolean wasConnected =
          !connected.completeExceptionally(new IllegalStateException(code + " " + reason));
      if (!closed.getAndSet(true) && wasConnected && !connected.isCompletedExceptionally())
        listener.closed(code, reason);
    }
  }
}
