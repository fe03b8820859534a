package dev.chatcluster.benchmarks.push;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The messages of the benchmark: JSON of one fixed length, the time and the number in its first
 * bytes as hexadecimal digits, so that a receiver finds them without parsing.
 */
final class Body {
  /** {@code {"t":"0123456789abcdef","n":"01234567","text":"..."}}. */
  static final int SMALLEST = 64;

  private static final int TIME_AT = 6;
  private static final int NUMBER_AT = 29;

  private Body() {}

  /**
   * A message.
   *
   * @param nanos when it was due, by {@link System#nanoTime()}
   * @param number counts the room's messages
   * @param length of the body, at least {@value #SMALLEST}
   */
  static byte[] of(long nanos, int number, int length) {
    byte[] body = new byte[length];
    Arrays.fill(body, (byte) 'x');
    byte[] head =
        "{\"t\":\"%016x\",\"n\":\"%08x\",\"text\":\""
            .formatted(nanos, number)
            .getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(head, 0, body, 0, head.length);
    body[length - 2] = '"';
    body[length - 1] = '}';
    return body;
  }

  static long nanos(ByteBuf buffer, int at) {
    return hex(buffer, at + TIME_AT, 16);
  }

  static int number(ByteBuf buffer, int at) {
    return (int) hex(buffer, at + NUMBER_AT, 8);
  }

  private static long hex(ByteBuf buffer, int at, int digits) {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = buffer.getByte(at + i);
      value = value << 4 | (digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    return value;
  }
}
