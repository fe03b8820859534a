package dev.chatcluster.e2e.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A connection whose frames a test takes one by one. */
public final class StompProbe implements StompConnection.Listener, AutoCloseable {
  private final BlockingQueue<StompFrame> frames = new LinkedBlockingQueue<>();
  private final CompletableFuture<Closed> closed = new CompletableFuture<>();
  private final StompConnection connection;

  /** How a connection ended, and when by {@link System#nanoTime()}. */
  public record Closed(int code, String reason, long nanos) {}

  /** Connects and waits for CONNECTED. */
  public StompProbe(HttpClient http, URI pod) {
    connection = StompConnection.open(http, pod, this);
  }

  /** Subscribes and waits for the receipt. */
  public StompProbe subscribe(String room) throws InterruptedException {
    connection.write(
        StompFrame.of(
            "SUBSCRIBE", "id", room, "destination", "/topic/" + room, "receipt", "to-" + room));
    StompFrame receipt = next(Duration.ofSeconds(10));
    if (!"to-".concat(room).equals(receipt.header("receipt-id")))
      throw new IllegalStateException("Not the receipt of SUBSCRIBE: " + receipt);
    return this;
  }

  /** Sends a message and asks for a receipt; waits for nothing. */
  public void send(String room, String receipt, byte[] body) {
    connection.write(
        StompFrame.of("SEND", "destination", "/app/" + room, "receipt", receipt).with(body));
  }

  /** The next frame, whatever it is. */
  public StompFrame next(Duration atMost) throws InterruptedException {
    StompFrame frame = frames.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
    if (frame == null)
      throw new IllegalStateException("No frame within " + atMost.toMillis() + " ms");
    return frame;
  }

  /** Done when the server has ended the connection. */
  public CompletableFuture<Closed> closed() {
    return closed;
  }

  @Override
  public void frame(StompFrame frame) {
    frames.add(frame);
  }

  @Override
  public void closed(int code, String reason) {
    closed.complete(new Closed(code, reason, System.nanoTime()));
  }

  @Override
  public void close() {
    connection.close();
  }
}
