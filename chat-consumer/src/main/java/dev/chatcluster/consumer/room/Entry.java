package dev.chatcluster.consumer.room;

import dev.chatcluster.roomlog.position.Position;
import java.util.List;

/**
 * One message of a room's log. Immutable by agreement: all event loops share it, nobody writes to
 * {@code value}.
 *
 * @param room the room's id
 * @param position its place in the room's log
 * @param token {@code position} as clients see it: the message id
 * @param prev the token of the room's message before this one; null when unknown
 * @param value the record's value as it is; may be empty, never null
 * @param headers the sender's own headers, {@code content-type} among them
 */
public record Entry(
    String room,
    Position position,
    String token,
    String prev,
    byte[] value,
    List<MessageHeader> headers) {
  /** What the objects of an entry without headers take beside its texts, about. */
  private static final int OBJECTS = 256;

  /** The same for a header. */
  private static final int HEADER_OBJECTS = 96;

  /** Bytes of memory that the entry holds, about, at the most: for bounds. */
  public long weight() {
    long weight = OBJECTS + value.length;
    for (int i = 0; i < headers.size(); i++) {
      MessageHeader header = headers.get(i);
      weight += HEADER_OBJECTS + 2L * (header.name().length() + header.value().length());
    }
    return weight;
  }
}
