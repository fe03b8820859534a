package dev.chatcluster.consumer.room;

import dev.chatcluster.roomlog.position.Position;
import dev.chatcluster.roomlog.position.Token;
import java.util.List;

/**
 * One message of a room's log. Immutable by agreement: all event loops share it, nobody writes to
 * {@code value}. Rooms keep many of them, so that it holds positions and makes their tokens when
 * asked.
 *
 * @param room the room's id
 * @param log the fingerprint of the log, for tokens
 * @param position its place in the room's log
 * @param prev the place of the room's message before this one; {@link #NOTHING} when there is none,
 *     null when it is unknown
 * @param value the record's value as it is; may be empty, never null
 * @param headers the sender's own headers, {@code content-type} among them
 */
public record Entry(
    String room,
    String log,
    Position position,
    Position prev,
    byte[] value,
    List<MessageHeader> headers) {
  /** The place before a room's first message. */
  public static final Position NOTHING = new Position(0, 0, -1);

  /** What the objects of an entry without headers take beside its value, about. */
  private static final int OBJECTS = 112;

  /** The same for a header. */
  private static final int HEADER_OBJECTS = 96;

  /** The position as clients see it: the message id. */
  public String token() {
    return new Token(log, position).toString();
  }

  /** What clients are told of the message before: a token, {@code none}, or null when unknown. */
  public String prevToken() {
    if (prev == null) return null;
    return prev.offset() < 0 ? "none" : new Token(log, prev).toString();
  }

  /** Bytes of what the sender wrote: value and headers. */
  public int payload() {
    int bytes = value.length;
    for (int i = 0; i < headers.size(); i++) {
      MessageHeader header = headers.get(i);
      bytes += header.name().length() + header.value().length();
    }
    return bytes;
  }

  /** Bytes of memory that the entry holds, about: for bounds. */
  public long weight() {
    long weight = OBJECTS + value.length;
    for (int i = 0; i < headers.size(); i++) {
      MessageHeader header = headers.get(i);
      weight += HEADER_OBJECTS + header.name().length() + header.value().length();
    }
    return weight;
  }
}
