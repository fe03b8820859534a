package dev.chatcluster.benchmarks.client;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The messages of the benchmark: JSON of one fixed length, the time and the number in its first
 * bytes as hexadecimal digits, so that a receiver finds them without parsing.
 */
public final class Body {
  /** {@code {"t":"0123456789abcdef","n":"01234567","roomId":123456,"text":"..."}}. */
  public static final int SMALLEST = 72;

  private static final int TIME_AT = 6;
  private static final int NUMBER_AT = 29;

  private Body() {}

  /**
   * A message.
   *
   * @param room its number, six digits at most
   * @param nanos when it was due, by {@link System#nanoTime()}
   * @param number counts the room's messages
   * @param length of the body, at least {@value #SMALLEST}
   */
  public static byte[] of(int room, long nanos, int number, int length) {
    byte[] body = new byte[length];
    Arrays.fill(body, (byte) 'x');
    byte[] head =
        "{\"t\":\"%016x\",\"n\":\"%08x\",\"roomId\":%d,\"text\":\""
            .formatted(nanos, number, room)
            .getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(head, 0, body, 0, head.length);
    body[length - 2] = '"';
    body[length - 1] = '}';
    return body;
  }

  /** When the message whose body begins there was due. */
  public static long nanos(ByteBuf buffer, int at) {
    return hex(buffer, at + TIME_AT, 16);
  }

  /** Its number. */
  public static int number(ByteBuf buffer, int at) {
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
