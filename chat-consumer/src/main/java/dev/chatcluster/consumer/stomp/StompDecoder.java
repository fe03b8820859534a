package dev.chatcluster.consumer.stomp;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a client's frames out of bytes that may be split or coalesced anyhow. One a connection,
 * used by one thread; once it has thrown, it is of no further use.
 */
public final class StompDecoder {
  private static final byte[] EMPTY = new byte[0];
  private static final int LONGEST_COMMAND = "UNSUBSCRIBE\r".length();

  private enum Place {
    BETWEEN_FRAMES,
    HEAD,
    SIZED_BODY,
    OPEN_BODY,
    NUL
  }

  private final StompLimits limits;
  private StompVersion version;
  private Place place = Place.BETWEEN_FRAMES;

  private byte[] line = new byte[128];
  private int lineLength;
  private int headLength;
  private int headerLines;
  private boolean carriageReturn;

  private ClientCommand command;
  private StompHeaders headers;
  private byte[] body;
  private int bodyLength;
  private int contentLength;

  public StompDecoder(StompLimits limits) {
    this.limits = limits;
  }

  /** What CONNECT has agreed on; frames from here on are read by its rules. */
  public void version(StompVersion agreed) {
    version = agreed;
  }

  /** Whether a frame has begun and its end has not come yet. */
  public boolean insideFrame() {
    return place != Place.BETWEEN_FRAMES;
  }

  /**
   * Reads up to the end of the next frame; heart-beats are passed over.
   *
   * @return the frame, or null when {@code in} is used up before one is complete
   * @throws StompException when the bytes are not STOMP or beyond the limits
   */
  public ClientFrame next(ByteBuf in) {
    while (in.isReadable()) {
      switch (place) {
        case BETWEEN_FRAMES -> betweenFrames(in);
        case HEAD -> {
          if (readLine(in)) {
            headLine();
          }
        }
        case SIZED_BODY -> sizedBody(in);
        case OPEN_BODY -> openBody(in);
        case NUL -> {
          if (in.readByte() != 0) {
            throw new StompException(
                "content-length of "
                    + command
                    + " says "
                    + contentLength
                    + " bytes, but no NUL follows them; count the bytes of the body, not its"
                    + " characters, or leave content-length out");
          }
          return complete();
        }
      }
      if (place == Place.BETWEEN_FRAMES && command != null) {
        return complete();
      }
    }
    return null;
  }

  private void betweenFrames(ByteBuf in) {
    byte b = in.readByte();
    if (b == '\n') {
      carriageReturn = false;
    } else if (carriageReturn) {
      throw new StompException("a carriage return without a line feed between frames; send LF");
    } else if (b == '\r') {
      carriageReturn = true;
    } else {
      in.readerIndex(in.readerIndex() - 1);
      place = Place.HEAD;
    }
  }

  private boolean readLine(ByteBuf in) {
    int found = in.bytesBefore((byte) '\n');
    int length = found < 0 ? in.readableBytes() : found;
    int room = limits.headBytes() - headLength - lineLength;
    if (length > room) {
      throw new StompException(
          "the headers of a frame are longer than "
              + limits.headBytes()
              + " bytes; send fewer or shorter headers");
    }
    if (lineLength + length > line.length) {
      line = Arrays.copyOf(line, Math.max(line.length * 2, lineLength + length));
    }
    in.readBytes(line, lineLength, length);
    lineLength += length;
    if (headers == null && lineLength > LONGEST_COMMAND) {
      throw unknownCommand();
    }
    if (found < 0) {
      return false;
    }
    in.skipBytes(1);
    return true;
  }

  private void headLine() {
    int length = lineLength > 0 && line[lineLength - 1] == '\r' ? lineLength - 1 : lineLength;
    for (int i = 0; i < length; i++) {
      if (line[i] == 0) {
        throw new StompException(
            "a NUL inside the headers of a frame; end the headers with an empty line before the"
                + " body and its NUL");
      }
      if (line[i] == '\r') {
        throw new StompException(
            "a carriage return inside a header; escape it as \\r (STOMP 1.2) or leave it out");
      }
    }
    if (!Utf8.isValid(line, 0, length)) {
      throw new StompException("a header is not UTF-8; encode headers as UTF-8");
    }
    String text = new String(line, 0, length, StandardCharsets.UTF_8);
    headLength += lineLength + 1;
    if (headers == null) {
      command = ClientCommand.of(text);
      if (command == null) {
        throw unknownCommand();
      }
      if (version == null && !command.connects()) {
        // Here, not when the frame is whole: who has not connected should hold no memory.
        throw new StompException(command + " before CONNECT; send CONNECT and wait for CONNECTED");
      }
      headers = new StompHeaders();
    } else if (text.isEmpty()) {
      headEnds();
    } else {
      header(text);
    }
    lineLength = 0;
  }

  private void header(String text) {
    if (++headerLines > limits.headers()) {
      throw new StompException(
          command + " has more than " + limits.headers() + " headers; send fewer");
    }
    int colon = text.indexOf(':');
    if (colon <= 0) {
      throw new StompException(
          "the header line \"" + Printable.of(text) + "\" is not <name>:<value>; correct it");
    }
    StompVersion escaping = command.connects() ? null : version;
    String name = text.substring(0, colon);
    String value = text.substring(colon + 1);
    if (escaping == StompVersion.V1_0) {
      name = name.strip();
      value = value.strip();
    }
    headers.add(Escapes.unescape(name, escaping), Escapes.unescape(value, escaping));
  }

  private void headEnds() {
    String length = headers.get("content-length");
    if (length == null) {
      body = EMPTY;
      place = Place.OPEN_BODY;
      return;
    }
    contentLength = parseContentLength(length.strip());
    checkBody(contentLength);
    body = contentLength == 0 ? EMPTY : new byte[Math.min(contentLength, 4096)];
    place = contentLength == 0 ? Place.NUL : Place.SIZED_BODY;
  }

  private int parseContentLength(String text) {
    boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!digits) {
      throw new StompException(
          "content-length \""
              + Printable.of(text)
              + "\" of "
              + command
              + " is not a number of bytes; correct it or leave it out");
    }
    return text.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(text);
  }

  private void checkBody(int length) {
    if (length > 0 && command != ClientCommand.SEND) {
      throw new StompException(command + " has a body; only SEND may have one: leave it out");
    }
    if (length > limits.bodyBytes()) {
      throw new StompException(
          "the body of a SEND is larger than the limit of "
              + limits.bodyBytes()
              + " bytes; send a smaller message");
    }
  }

  private void sizedBody(ByteBuf in) {
    take(in, Math.min(in.readableBytes(), contentLength - bodyLength), contentLength);
    if (bodyLength == contentLength) {
      place = Place.NUL;
    }
  }

  private void openBody(ByteBuf in) {
    int found = in.bytesBefore((byte) 0);
    int length = found < 0 ? in.readableBytes() : found;
    // In long: a body near the limit and a large piece must not add up to a negative number.
    checkBody((int) Math.min(Integer.MAX_VALUE, (long) bodyLength + length));
    take(in, length, limits.bodyBytes());
    if (found >= 0) {
      in.skipBytes(1);
      place = Place.BETWEEN_FRAMES;
    }
  }

  /** Memory grows with what has come, not with what content-length promises. */
  private void take(ByteBuf in, int length, int most) {
    int needed = bodyLength + length;
    if (needed > body.length) {
      body = Arrays.copyOf(body, (int) Math.min(most, Math.max(needed, 2L * body.length)));
    }
    in.readBytes(body, bodyLength, length);
    bodyLength = needed;
  }

  private ClientFrame complete() {
    byte[] whole = body.length == bodyLength ? body : Arrays.copyOf(body, bodyLength);
    ClientFrame frame = new ClientFrame(command, headers, whole);
    place = Place.BETWEEN_FRAMES;
    command = null;
    headers = null;
    body = null;
    bodyLength = 0;
    headLength = 0;
    headerLines = 0;
    return frame;
  }

  private StompException unknownCommand() {
    String text = new String(line, 0, Math.min(lineLength, 40), StandardCharsets.ISO_8859_1);
    return new StompException(
        "unknown command \""
            + Printable.of(text.strip())
            + "\"; a frame begins with one of CONNECT, STOMP, SEND, SUBSCRIBE, UNSUBSCRIBE, ACK,"
            + " NACK, BEGIN, COMMIT, ABORT, DISCONNECT");
  }
}
