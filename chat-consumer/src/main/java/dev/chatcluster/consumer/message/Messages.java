package dev.chatcluster.consumer.message;

import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.MessageHeader;
import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.position.Position;
import dev.chatcluster.roomlog.room.Located;
import dev.chatcluster.roomlog.room.RoomSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Turns records into messages of rooms, by the topic's room source; pure. */
public final class Messages {
  private final RoomSource source;

  /**
   * @param source where this topic's records carry their room
   */
  public Messages(RoomSource source) {
    this.source = source;
  }

  /** Whether the record says that it is one of the protocol's own: it is no message. */
  public static boolean isControl(ConsumerRecord<byte[], byte[]> record) {
    return record.headers().lastHeader(Names.CONTROL_HEADER) != null;
  }

  /** Whether the record says that it is a router's copy; only its place tells whether it is. */
  public static boolean isCopy(ConsumerRecord<byte[], byte[]> record) {
    return record.headers().lastHeader(Names.FORWARD_HEADER) != null;
  }

  /** The room that the record names. */
  public Located room(ConsumerRecord<byte[], byte[]> record) {
    return source.locate(record.key(), record.headers(), record.value());
  }

  /**
   * The entry of a record that is a message of {@code room}.
   *
   * @param log fingerprint
   * @param home the epoch in whose segment it is in place
   * @param prev see {@link Entry#prev}
   */
  public static Entry entry(
      ConsumerRecord<byte[], byte[]> record, String room, String log, int home, Position prev) {
    Position position = new Position(home, record.partition(), record.offset());
    return new Entry(room, log, position, prev, record.value(), headers(record));
  }

  /** The sender's own headers; reserved ones never leave this place. */
  private static List<MessageHeader> headers(ConsumerRecord<byte[], byte[]> record) {
    List<MessageHeader> own = null;
    for (Header header : record.headers()) {
      if (header.key().isEmpty() || header.key().startsWith(Names.RESERVED_HEADER_PREFIX)) continue;
      if (own == null) own = new ArrayList<>(4);
      byte[] value = header.value();
      own.add(
          new MessageHeader(
              header.key(), value == null ? "" : new String(value, StandardCharsets.UTF_8)));
    }
    return own == null ? List.of() : own;
  }
}
