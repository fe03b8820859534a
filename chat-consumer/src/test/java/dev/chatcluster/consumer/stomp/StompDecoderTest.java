package dev.chatcluster.consumer.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.messaging.Message;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompEncoder;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.MessageBuilder;

class StompDecoderTest {
  private static final StompLimits LIMITS = new StompLimits(8, 512, 1000);

  private static List<ClientFrame> decode(StompVersion version, byte[]... pieces) {
    StompDecoder decoder = new StompDecoder(LIMITS);
    decoder.version(version);
    List<ClientFrame> frames = new ArrayList<>();
    for (byte[] piece : pieces) {
      ByteBuf in = Unpooled.wrappedBuffer(piece);
      for (ClientFrame frame = decoder.next(in); frame != null; frame = decoder.next(in)) {
        frames.add(frame);
      }
      assertThat(in.isReadable()).isFalse();
    }
    return frames;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ClientFrame one(StompVersion version, String text) {
    List<ClientFrame> frames = decode(version, utf8(text));
    assertThat(frames).hasSize(1);
    return frames.getFirst();
  }

  private static void refused(String text, String sentence) {
    assertThatThrownBy(() -> decode(StompVersion.V1_2, utf8(text)))
        .isInstanceOf(StompException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void readsWhatSpringsEncoderWritesSplitAtEveryByte() {
    StompHeaderAccessor headers = StompHeaderAccessor.create(StompCommand.SEND);
    headers.setDestination("/app/7");
    headers.setNativeHeader("greeting", "a:b\\c\nd\re");
    headers.setNativeHeader("empty", "");
    headers.setContentLength(7);
    byte[] body = {'a', 0, 'b', '\n', (byte) 0xff, 0, 'c'};
    Message<byte[]> message = MessageBuilder.createMessage(body, headers.getMessageHeaders());
    byte[] encoded = new StompEncoder().encode(message);
    for (int split = 0; split <= encoded.length; split++) {
      byte[] first = Arrays.copyOfRange(encoded, 0, split);
      byte[] second = Arrays.copyOfRange(encoded, split, encoded.length);
      List<ClientFrame> frames = decode(StompVersion.V1_2, first, second);
      assertThat(frames).as("split at byte %d", split).hasSize(1);
      ClientFrame frame = frames.getFirst();
      assertThat(frame.command()).isEqualTo(ClientCommand.SEND);
      assertThat(frame.header("destination")).isEqualTo("/app/7");
      assertThat(frame.header("greeting")).isEqualTo("a:b\\c\nd\re");
      assertThat(frame.header("empty")).isEmpty();
      assertThat(frame.body()).isEqualTo(body);
    }
  }

  @Test
  void readsFramesByteByByteWithHeartBeatsBetween() {
    byte[] bytes =
        utf8("\n\r\nSEND\r\ndestination:/app/1\r\n\r\nhällo\0\n\nDISCONNECT\nreceipt:1\n\n\0\n");
    byte[][] pieces = new byte[bytes.length][];
    for (int i = 0; i < bytes.length; i++) {
      pieces[i] = new byte[] {bytes[i]};
    }
    List<ClientFrame> frames = decode(StompVersion.V1_2, pieces);
    assertThat(frames)
        .extracting(ClientFrame::command)
        .containsExactly(ClientCommand.SEND, ClientCommand.DISCONNECT);
    assertThat(frames.getFirst().body()).isEqualTo(utf8("hällo"));
    assertThat(frames.getLast().header("receipt")).isEqualTo("1");
  }

  @Test
  void readsManyFramesOfOneMessage() {
    List<ClientFrame> frames =
        decode(
            StompVersion.V1_1,
            utf8(
                "BEGIN\ntransaction:t\n\n\0SEND\ndestination:/app/1\n\nx\0COMMIT\ntransaction:t\n\n\0"));
    assertThat(frames)
        .extracting(ClientFrame::command)
        .containsExactly(ClientCommand.BEGIN, ClientCommand.SEND, ClientCommand.COMMIT);
  }

  @Test
  void takesTheFirstOfRepeatedHeaders() {
    assertThat(one(StompVersion.V1_2, "SEND\na:1\na:2\na:3\n\n\0").header("a")).isEqualTo("1");
  }

  @Test
  void keepsSpacesOfHeadersExceptInVersionOne() {
    assertThat(one(StompVersion.V1_2, "SEND\na: b \n\n\0").header("a")).isEqualTo(" b ");
    assertThat(one(StompVersion.V1_0, "SEND\na: b \n\n\0").header("a")).isEqualTo("b");
  }

  @ParameterizedTest
  @CsvSource({"V1_0,a\\cb\\n,a\\cb\\n", "V1_1,a\\cb\\\\,a:b\\", "V1_2,a\\c\\r,'a:\r'"})
  void unescapesByVersion(StompVersion version, String sent, String read) {
    assertThat(one(version, "SEND\nk:" + sent + "\n\n\0").header("k")).isEqualTo(read);
  }

  @Test
  void unescapesNamesToo() {
    assertThat(one(StompVersion.V1_2, "SEND\na\\cb:c\n\n\0").header("a:b")).isEqualTo("c");
  }

  @Test
  void neverUnescapesConnect() {
    assertThat(one(null, "CONNECT\npasscode:a\\tb:c\n\n\0").header("passcode"))
        .isEqualTo("a\\tb:c");
    assertThat(one(StompVersion.V1_2, "STOMP\nlogin:\\x\n\n\0").header("login")).isEqualTo("\\x");
  }

  @Test
  void refusesEscapesThatTheVersionDoesNotKnow() {
    refused("SEND\na:\\t\n\n\0", "bad escape");
    refused("SEND\na:b\\\n\n\0", "bad escape");
    assertThatThrownBy(() -> decode(StompVersion.V1_1, utf8("SEND\na:\\r\n\n\0")))
        .isInstanceOf(StompException.class)
        .hasMessageContaining("STOMP 1.1 knows \\n, \\c and \\\\");
  }

  @Test
  void refusesWhatIsNoFrame() {
    refused("HELLO\n\n\0", "unknown command \"HELLO\"");
    refused("MESSAGE\n\n\0", "unknown command");
    refused("send\n\n\0", "unknown command");
    refused("GET / HTTP/1.1", "unknown command");
    refused("SEND\nnocolon\n\n\0", "\"nocolon\" is not <name>:<value>");
    refused("SEND\n:value\n\n\0", "is not <name>:<value>");
    refused("SEND\na:b\0\n", "NUL inside the headers");
    refused("SEND\na:b\rc\n\n\0", "carriage return inside a header");
    refused("\rSEND\n\n\0", "carriage return without a line feed");
  }

  @Test
  void refusesHeadersThatAreNotUtf8() {
    byte[] bytes = utf8("SEND\na:b?\n\n\0");
    bytes[8] = (byte) 0xc3;
    assertThatThrownBy(() -> decode(StompVersion.V1_2, bytes))
        .isInstanceOf(StompException.class)
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void refusesWrongContentLengths() {
    refused("SEND\ncontent-length:3\n\nhello\0", "content-length of SEND says 3 bytes");
    refused("SEND\ncontent-length:0\n\nx\0", "content-length of SEND says 0 bytes");
    refused("SEND\ncontent-length:-1\n\nx\0", "is not a number of bytes");
    refused("SEND\ncontent-length:\n\nx\0", "is not a number of bytes");
    refused("SEND\ncontent-length:1e3\n\nx\0", "is not a number of bytes");
    refused("SEND\ncontent-length:99999999999999999999\n\n", "limit of 1000 bytes");
  }

  @Test
  void namesTheLimitThatAFrameBreaks() {
    refused("SEND\ncontent-length:1001\n\n", "limit of 1000 bytes");
    refused("SEND\n\n" + "x".repeat(1001), "limit of 1000 bytes");
    refused("SEND\nk:" + "x".repeat(600), "longer than 512 bytes");
    refused("SEND\n" + "k:v\n".repeat(9) + "\n\0", "more than 8 headers");
    assertThat(one(StompVersion.V1_2, "SEND\n\n" + "x".repeat(1000) + "\0").body()).hasSize(1000);
    assertThat(one(StompVersion.V1_2, "SEND\n" + "k:v\n".repeat(8) + "\n\0")).isNotNull();
  }

  @Test
  void refusesABodyWhereNoneMayBe() {
    refused("SUBSCRIBE\nid:1\n\nx\0", "SUBSCRIBE has a body");
    refused("BEGIN\ncontent-length:1\n\nx\0", "BEGIN has a body");
  }

  @Test
  void refusesOtherCommandsBeforeAVersionIsAgreedAsSoonAsTheyAreNamed() {
    StompDecoder decoder = new StompDecoder(LIMITS);
    assertThatThrownBy(() -> decoder.next(Unpooled.wrappedBuffer(utf8("SEND\n"))))
        .isInstanceOf(StompException.class)
        .hasMessageContaining("SEND before CONNECT");
  }

  @Test
  void knowsWhetherItIsInsideAFrame() {
    StompDecoder decoder = new StompDecoder(LIMITS);
    decoder.version(StompVersion.V1_2);
    assertThat(decoder.next(Unpooled.wrappedBuffer(utf8("\n\nSEND\n")))).isNull();
    assertThat(decoder.insideFrame()).isTrue();
    assertThat(decoder.next(Unpooled.wrappedBuffer(utf8("\nbody")))).isNull();
    assertThat(decoder.insideFrame()).isTrue();
    assertThat(decoder.next(Unpooled.wrappedBuffer(utf8("\0")))).isNotNull();
    assertThat(decoder.insideFrame()).isFalse();
  }

  @Test
  void garbageCausesNothingButItsOwnException() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    String[] words = {
      "SEND\n",
      "CONNECT\n",
      "content-length:",
      "3\n",
      "\n",
      "\0",
      "a:b\n",
      "\\",
      "\r\n",
      "é",
      "x",
      ":"
    };
    for (int round = 0; round < 50_000; round++) {
      ByteBuf bytes = Unpooled.buffer();
      for (int n = random.nextInt(12); n >= 0; n--) {
        if (random.nextInt(4) == 0) {
          bytes.writeByte(random.nextInt(256));
        } else {
          bytes.writeBytes(utf8(words[random.nextInt(words.length)]));
        }
      }
      StompDecoder decoder = new StompDecoder(new StompLimits(4, 64, 32));
      decoder.version(StompVersion.values()[random.nextInt(3)]);
      byte[] all = ByteBufUtil.getBytes(bytes);
      try {
        while (bytes.isReadable()) {
          ByteBuf piece = bytes.readSlice(1 + random.nextInt(bytes.readableBytes()));
          while (decoder.next(piece) != null) {
            // read on
          }
          assertThat(piece.isReadable()).isFalse();
        }
      } catch (StompException expected) {
        assertThat(expected.getMessage()).isNotBlank();
      } catch (RuntimeException e) {
        throw new AssertionError(
            "seed " + seed + ", round " + round + ": " + Arrays.toString(all), e);
      }
    }
  }

  @Test
  void splittingChangesNothing() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes =
        utf8(
            "CONNECT\naccept-version:1.2\n\n\0\n\nSEND\ndestination:/app/ü\ncontent-length:4\n\n"
                + "a\0ü\0\r\nSEND\nk:\\c\r\n\nlong body\0ACK\nid:1\n\n\0");
    List<String> whole = described(decode(StompVersion.V1_2, bytes));
    assertThat(whole).hasSize(4);
    for (int round = 0; round < 2000; round++) {
      List<byte[]> pieces = new ArrayList<>();
      for (int at = 0; at < bytes.length; ) {
        int to = Math.min(bytes.length, at + 1 + random.nextInt(20));
        pieces.add(Arrays.copyOfRange(bytes, at, to));
        at = to;
      }
      List<ClientFrame> frames = decode(StompVersion.V1_2, pieces.toArray(byte[][]::new));
      assertThat(described(frames)).as("seed %d", seed).isEqualTo(whole);
    }
  }

  private static List<String> described(List<ClientFrame> frames) {
    return frames.stream()
        .map(f -> f.command() + " " + f.headers() + " " + Arrays.toString(f.body()))
        .toList();
  }
}
