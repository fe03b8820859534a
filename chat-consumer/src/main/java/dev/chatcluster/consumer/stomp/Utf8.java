package dev.chatcluster.consumer.stomp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Whether bytes are text. */
public final class Utf8 {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  /** Whether {@code bytes} are well-formed UTF-8 (RFC 3629); empty is. */
  public static boolean isValid(byte[] bytes) {
    return isValid(bytes, 0, bytes.length);
  }

  static boolean isValid(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      // Chat is mostly ASCII: eight bytes a step as long as it is.
      while (i + 8 <= to && ((long) EIGHT.get(bytes, i) & HIGH_BITS) == 0) {
        i += 8;
      }
      if (i == to) {
        return true;
      }
      int b = bytes[i];
      int length = b >= 0 ? 1 : sequence(bytes, i, to);
      if (length == 0) {
        return false;
      }
      i += length;
    }
    return true;
  }

  /** Length of the sequence of several bytes that begins at {@code i}; 0 when there is none. */
  private static int sequence(byte[] bytes, int i, int to) {
    int b = bytes[i] & 0xff;
    int length =
        b >= 0xc2 && b <= 0xdf ? 2 : b >= 0xe0 && b <= 0xef ? 3 : b >= 0xf0 && b <= 0xf4 ? 4 : 0;
    if (length == 0 || i + length > to) {
      return 0;
    }
    int second = bytes[i + 1] & 0xff;
    int lowest = b == 0xe0 ? 0xa0 : b == 0xf0 ? 0x90 : 0x80;
    int highest = b == 0xed ? 0x9f : b == 0xf4 ? 0x8f : 0xbf;
    if (second < lowest || second > highest) {
      return 0;
    }
    for (int k = 2; k < length; k++) {
      if ((bytes[i + k] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return length;
  }
}
