package dev.chatcluster.benchmarks.push;

import dev.chatcluster.benchmarks.client.Body;
import dev.chatcluster.benchmarks.client.StompClient;
import io.netty.buffer.ByteBuf;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.SingleWriterRecorder;

/** One connection with one subscription, which finds in messages what {@link Body} put there. */
final class Subscriber extends StompClient {
  private final String room;
  private final int bodyBytes;
  private final boolean receipts;
  private final SingleWriterRecorder latencies;
  private final CompletableFuture<Void> subscribed = new CompletableFuture<>();
  private int lastNumber = -1;
  private long received;
  private long disorder;

  /**
   * @param latencies of this connection's event loop, in nanoseconds
   */
  Subscriber(URI server, String room, Options options, SingleWriterRecorder latencies) {
    super(server);
    this.room = room;
    bodyBytes = options.bodyBytes();
    receipts = options.receipts();
    this.latencies = latencies;
  }

  /** Done when the server has confirmed the subscription, or been asked where it confirms none. */
  CompletableFuture<Void> subscribed() {
    return subscribed;
  }

  /** Messages so far; exact once the load has stopped. */
  long received() {
    return received;
  }

  /** Messages that did not follow their predecessor: lost, doubled or out of order. */
  long disorder() {
    return disorder;
  }

  @Override
  protected void connected() {
    String receipt = receipts ? "receipt:subscribed\n" : "";
    send("SUBSCRIBE\nid:sub-0\ndestination:/topic/" + room + "\n" + receipt + "\n\0");
    if (!receipts) subscribed.complete(null);
  }

  @Override
  protected void receipt(String frame) {
    subscribed.complete(null);
  }

  @Override
  protected void message(ByteBuf data, int from, int nul) {
    int body = nul - bodyBytes;
    latencies.recordValue(Math.max(0, System.nanoTime() - Body.nanos(data, body)));
    int number = Body.number(data, body);
    if (lastNumber >= 0 && number != lastNumber + 1) disorder++;
    lastNumber = number;
    received++;
  }

  /** Sends a message to the subscriber's room. */
  void publish(byte[] body) {
    send(
        "SEND\ndestination:/topic/%s\n\n%s\0"
            .formatted(room, new String(body, StandardCharsets.US_ASCII)));
  }

  @Override
  protected void lost(String reason) {
    if (!subscribed.completeExceptionally(new IllegalStateException(reason)))
      System.err.println("A subscriber of room " + room + " lost its connection: " + reason);
  }
}
