package dev.chatcluster.roomlog.room;

import dev.chatcluster.roomlog.Names;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a room may be called. */
public final class RoomId {
  /** The longest room id, in bytes of UTF-8. */
  public static final int MAX_BYTES = 200;

  private RoomId() {}

  /**
   * What is wrong with {@code room} as a room id, as the end of a sentence; empty when it is good:
   * 1 to {@value #MAX_BYTES} bytes of UTF-8, no control characters, not the reserved {@code
   * __chat}.
   */
  public static Optional<String> problem(String room) {
    if (room.isEmpty()) return Optional.of("is empty; a room id has 1 to 200 bytes");
    if (room.equals(Names.CONTROL_ROOM)) return Optional.of("is reserved; use another room id");
    boolean ascii = true;
    for (int i = 0; i < room.length(); i++) {
      char c = room.charAt(i);
      if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
        return Optional.of("has a control character; use printable characters");
      }
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == room.length()
            || !Character.isLowSurrogate(room.charAt(i + 1))) {
          return Optional.of("has half a surrogate pair; use valid Unicode");
        }
        i++;
      }
      ascii &= c < 0x80;
    }
    int bytes = ascii ? room.length() : room.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_BYTES) {
      return Optional.of("has " + bytes + " bytes; a room id has 1 to 200 bytes");
    }
    return Optional.empty();
  }
}
