package dev.chatcluster.consumer.websocket.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** A server's WebSocket frames (RFC 6455), final and unmasked, ready for the socket. */
public final class WebSocketFrames {
  private static final int FINAL = 0x80;
  private static final int TEXT = 0x1;
  private static final int BINARY = 0x2;
  private static final int CLOSE = 0x8;
  private static final int PING = 0x9;
  private static final int PONG = 0xA;
  private static final int LONGEST_HEAD = 10;
  private static final int LONGEST_CONTROL = 125;

  private static final ByteBuf HEART_BEAT =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer(3)
              .writeByte(FINAL | TEXT)
              .writeByte(1)
              .writeByte('\n')
              .asReadOnly());
  private static final ByteBuf EMPTY_PING =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer(2).writeByte(FINAL | PING).writeByte(0).asReadOnly());

  private WebSocketFrames() {}

  /**
   * A buffer to write a message's payload to, with space for the head that {@link #seal} puts
   * before it.
   *
   * @param payload expected size in bytes; more is possible
   */
  public static ByteBuf open(ByteBufAllocator allocator, int payload) {
    return allocator.directBuffer(LONGEST_HEAD + payload).setIndex(LONGEST_HEAD, LONGEST_HEAD);
  }

  /** Puts the head before the payload of a buffer from {@link #open}; returns the same buffer. */
  public static ByteBuf seal(ByteBuf buffer, boolean text) {
    int length = buffer.readableBytes();
    int opcode = FINAL | (text ? TEXT : BINARY);
    int start;
    if (length <= LONGEST_CONTROL) {
      start = LONGEST_HEAD - 2;
      buffer.setByte(start + 1, length);
    } else if (length <= 0xffff) {
      start = LONGEST_HEAD - 4;
      buffer.setByte(start + 1, 126).setShort(start + 2, length);
    } else {
      start = LONGEST_HEAD - 10;
      buffer.setByte(start + 1, 127).setLong(start + 2, length);
    }
    return buffer.setByte(start, opcode).readerIndex(start);
  }

  /** STOMP's heart-beat, a line feed, as a message of its own. */
  public static ByteBuf heartBeat() {
    return HEART_BEAT.duplicate();
  }

  /** A ping without a payload. */
  public static ByteBuf ping() {
    return EMPTY_PING.duplicate();
  }

  /**
   * The answer to a ping.
   *
   * @param payload the ping's, at most 125 bytes
   */
  public static ByteBuf pong(ByteBufAllocator allocator, ByteBuf payload) {
    return allocator
        .directBuffer(2 + payload.readableBytes())
        .writeByte(FINAL | PONG)
        .writeByte(payload.readableBytes())
        .writeBytes(payload);
  }

  /**
   * A close.
   *
   * @param reason cut to what fits into a close frame, 123 bytes
   */
  public static ByteBuf close(ByteBufAllocator allocator, int status, String reason) {
    byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(utf8.length, LONGEST_CONTROL - 2);
    while (length < utf8.length && length > 0 && (utf8[length] & 0xc0) == 0x80) {
      length--;
    }
    return allocator
        .directBuffer(4 + length)
        .writeByte(FINAL | CLOSE)
        .writeByte(2 + length)
        .writeShort(status)
        .writeBytes(utf8, 0, length);
  }
}
