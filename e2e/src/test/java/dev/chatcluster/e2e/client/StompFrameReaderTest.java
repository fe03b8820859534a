package dev.chatcluster.e2e.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StompFrameReaderTest {
  @Test
  void framesAreReadWhereverTheStreamIsCut() {
    byte[] binary = {1, 0, 2, 0, '\n', (byte) 0xff};
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    stream.writeBytes(StompFrame.of("MESSAGE", "a:b", "c\\d\r\ne").with(binary).encode());
    stream.writeBytes(new byte[] {'\n', '\r', '\n'});
    stream.writeBytes(StompFrame.of("RECEIPT", "receipt-id", "7").encode());
    byte[] all = stream.toByteArray();
    for (int piece = 1; piece <= all.length; piece++) {
      StompFrameReader reader = new StompFrameReader();
      List<StompFrame> frames = new ArrayList<>();
      for (int from = 0; from < all.length; from += piece) {
        reader.add(ByteBuffer.wrap(all, from, Math.min(piece, all.length - from)));
        for (var next = reader.next(); next.isPresent(); next = reader.next())
          frames.add(next.get());
      }
      assertThat(frames).hasSize(2);
      assertThat(frames.getFirst().header("a:b")).isEqualTo("c\\d\r\ne");
      assertThat(frames.getFirst().body()).isEqualTo(binary);
      assertThat(frames.getLast().header("receipt-id")).isEqualTo("7");
      assertThat(frames.getLast().body()).isEmpty();
    }
  }

  @Test
  void aBodyThatIsLongerThanItsContentLengthIsNotTaken() {
    StompFrameReader reader = new StompFrameReader();
    reader.add(
        ByteBuffer.wrap("MESSAGE\ncontent-length:2\n\nabc\0".getBytes(StandardCharsets.UTF_8)));
    assertThatIllegalStateException().isThrownBy(reader::next).withMessageContaining("No NUL");
  }
}
