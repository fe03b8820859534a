package dev.chatcluster.consumer.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.messaging.Message;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;

class StompEncoderTest {
  private static Message<byte[]> readBySpring(ByteBuf encoded) {
    List<Message<byte[]>> read =
        new org.springframework.messaging.simp.stomp.StompDecoder()
            .decode(ByteBuffer.wrap(ByteBufUtil.getBytes(encoded)));
    assertThat(read).hasSize(1);
    return read.getFirst();
  }

  @Test
  void writesWhatSpringsDecoderReads() {
    ByteBuf out = Unpooled.buffer();
    byte[] body = {0, 1, '\n', 0, (byte) 0xfe};
    StompEncoder.command(out, "MESSAGE");
    assertThat(StompEncoder.header(out, StompVersion.V1_2, "sub:scription", "a\\b:c\nd\re"))
        .isTrue();
    assertThat(StompEncoder.header(out, StompVersion.V1_2, "name", "Zoë 🙂")).isTrue();
    StompEncoder.body(out, body);
    Message<byte[]> read = readBySpring(out);
    StompHeaderAccessor headers = StompHeaderAccessor.wrap(read);
    assertThat(headers.getCommand()).isEqualTo(StompCommand.MESSAGE);
    assertThat(headers.getFirstNativeHeader("sub:scription")).isEqualTo("a\\b:c\nd\re");
    assertThat(headers.getFirstNativeHeader("name")).isEqualTo("Zoë 🙂");
    assertThat(read.getPayload()).isEqualTo(body);
  }

  @Test
  void leavesOutHeadersThatAVersionCannotCarry() {
    ByteBuf out = Unpooled.buffer();
    assertThat(StompEncoder.header(out, StompVersion.V1_0, "a", "b\nc")).isFalse();
    assertThat(StompEncoder.header(out, StompVersion.V1_0, "a:b", "c")).isFalse();
    assertThat(StompEncoder.header(out, StompVersion.V1_1, "a", "b\rc")).isFalse();
    assertThat(StompEncoder.header(out, StompVersion.V1_2, "a", "b\0c")).isFalse();
    assertThat(out.readableBytes()).isZero();
    assertThat(StompEncoder.header(out, StompVersion.V1_0, "a", "b:c")).isTrue();
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("a:b:c\n");
  }
}
