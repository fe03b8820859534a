package dev.chatcluster.benchmarks.roomlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.benchmarks.client.Body;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FollowerTest {
  private static final URI SERVER = URI.create("ws://localhost:1/ws");
  private static final int BYTES = 80;

  private final List<Integer> numbers = new ArrayList<>();
  private final Follower follower =
      Follower.live(SERVER, 7, BYTES, (room, number, due, now) -> numbers.add(number));

  @Test
  void itRemembersThePositionOfTheLastMessageAndAnotherGoesOnFromThere() {
    EmbeddedChannel channel = connect(follower);
    message(channel, "1.fp.0.1.9", 0);
    message(channel, "1.fp.0.1.10", 1);
    assertThat(follower.position()).isEqualTo("1.fp.0.1.10");
    assertThat(follower.disorder()).isZero();

    Follower next = follower.next(SERVER, (room, number, due, now) -> numbers.add(number));
    EmbeddedChannel other = connect(next);
    assertThat(last(other)).contains("destination:/topic/7\n", "resume-from:1.fp.0.1.10\n");
    message(other, "1.fp.0.1.12", 2);
    assertThat(next.disorder()).isZero();
    assertThat(numbers).containsExactly(0, 1, 2);
  }

  @Test
  void aMessageThatTheNextOneHasAgainIsDisorder() {
    message(connect(follower), "1.fp.0.1.9", 0);
    Follower next = follower.next(SERVER, (room, number, due, now) -> {});
    message(connect(next), "1.fp.0.1.9", 0);
    assertThat(next.disorder()).isEqualTo(1);
  }

  @Test
  void theReceiptSaysWhetherItRecovered() {
    text(
        connect(follower),
        "RECEIPT\nreceipt-id:subscribed\nrecovered:false\nreason:TOO_FAR\nposition:1.x\n\n\0");
    Follower.Subscribed answer = follower.subscribed().join();
    assertThat(answer.recovered()).isEqualTo("false");
    assertThat(answer.reason()).isEqualTo("TOO_FAR");
    assertThat(answer.position()).isEqualTo("1.x");
  }

  private static EmbeddedChannel connect(Follower follower) {
    EmbeddedChannel channel = new EmbeddedChannel(follower);
    String upgrade = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
    channel.writeInbound(Unpooled.copiedBuffer(upgrade, StandardCharsets.US_ASCII));
    text(channel, "CONNECTED\nversion:1.2\n\n\0");
    return channel;
  }

  private static void message(EmbeddedChannel channel, String id, int number) {
    String body = new String(Body.of(7, 0, number, BYTES), StandardCharsets.US_ASCII);
    text(channel, "MESSAGE\nsubscription:sub-0\nmessage-id:" + id + "\nprev:1.y\n\n" + body + "\0");
  }

  private static void text(EmbeddedChannel channel, String frame) {
    byte[] bytes = frame.getBytes(StandardCharsets.US_ASCII);
    ByteBuf out = Unpooled.buffer().writeByte(0x81);
    if (bytes.length < 126) out.writeByte(bytes.length);
    else out.writeByte(126).writeShort(bytes.length);
    channel.writeInbound(out.writeBytes(bytes));
  }

  private static String last(EmbeddedChannel channel) {
    String last = "";
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      last = out.toString(StandardCharsets.US_ASCII);
      out.release();
    }
    return last;
  }
}
