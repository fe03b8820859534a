package dev.chatcluster.benchmarks.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chatcluster.benchmarks.client.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.junit.jupiter.api.Test;

class SubscriberTest {
  private static final Options OPTIONS = Options.parse(new String[0], List.of());
  private static final String UPGRADE =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

  private final SingleWriterRecorder recorder = new SingleWriterRecorder(3);
  private final Subscriber subscriber =
      new Subscriber(URI.create("ws://localhost:1/ws"), "7", OPTIONS, recorder);
  private final EmbeddedChannel channel = new EmbeddedChannel(subscriber);
  private final ByteArrayOutputStream stream = new ByteArrayOutputStream();

  @Test
  void itIsSubscribedWhenTheServerSaysSo() throws Exception {
    assertThat(sent()).startsWith("GET /ws HTTP/1.1\r\n");
    receive(UPGRADE);
    assertThat(sent()).contains("CONNECT\n");
    text("CONNECTED\nversion:1.2\n\n\0");
    receive();
    assertThat(sent()).contains("SUBSCRIBE\n").contains("destination:/topic/7\n");
    assertThat(subscriber.subscribed()).isNotDone();
    text("RECEIPT\nreceipt-id:subscribed\n\n\0");
    receive();
    subscriber.subscribed().get(1, TimeUnit.SECONDS);
  }

  @Test
  void everyMessageIsCountedAndTimedWhereverTheStreamIsCut() {
    long due = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(40);
    text(message(due, 0));
    text("\n");
    text(message(due, 1) + "\n" + message(due, 2));
    byte[] all = stream.toByteArray();
    for (int piece = 1; piece <= all.length; piece += 7) {
      Subscriber another =
          new Subscriber(URI.create("ws://localhost:1/ws"), "7", OPTIONS, recorder);
      EmbeddedChannel its = new EmbeddedChannel(another);
      its.writeInbound(Unpooled.copiedBuffer(UPGRADE, StandardCharsets.US_ASCII));
      for (int from = 0; from < all.length; from += piece)
        its.writeInbound(Unpooled.copiedBuffer(all, from, Math.min(piece, all.length - from)));
      assertThat(another.received()).isEqualTo(3);
      assertThat(another.disorder()).isZero();
      its.finishAndReleaseAll();
    }
    Histogram latencies = recorder.getIntervalHistogram();
    assertThat(latencies.getMinValue()).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(39));
  }

  @Test
  void aMessageThatIsMissingOrDoubledOrOutOfOrderIsDisorder() {
    receive(UPGRADE);
    for (int number : new int[] {5, 6, 8, 8, 7}) text(message(0, number));
    receive();
    assertThat(subscriber.received()).isEqualTo(5);
    assertThat(subscriber.disorder()).isEqualTo(3);
  }

  @Test
  void anErrorEndsTheSubscriptionWithItsSentence() {
    receive(UPGRADE);
    text("ERROR\nmessage:no such destination\n\n\0");
    receive();
    assertThat(subscriber.isClosed()).isTrue();
    assertThatThrownBy(() -> subscriber.subscribed().get(1, TimeUnit.SECONDS))
        .hasMessageContaining("no such destination");
  }

  private static String message(long due, int number) {
    byte[] body = Body.of(7, due, number, OPTIONS.bodyBytes());
    return "MESSAGE\nsubscription:sub-0\nmessage-id:1\n\n"
        + new String(body, StandardCharsets.US_ASCII)
        + "\0";
  }

  /** Adds a WebSocket text frame to the stream. */
  private void text(String payload) {
    byte[] bytes = payload.getBytes(StandardCharsets.US_ASCII);
    stream.write(0x81);
    if (bytes.length < 126) {
      stream.write(bytes.length);
    } else {
      stream.write(126);
      stream.write(bytes.length >> 8);
      stream.write(bytes.length);
    }
    stream.writeBytes(bytes);
  }

  private void receive() {
    channel.writeInbound(Unpooled.copiedBuffer(stream.toByteArray()));
    stream.reset();
  }

  private void receive(String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.US_ASCII));
  }

  private String sent() {
    ByteBuf out = channel.readOutbound();
    try {
      return out.toString(StandardCharsets.US_ASCII);
    } finally {
      out.release();
    }
  }
}
