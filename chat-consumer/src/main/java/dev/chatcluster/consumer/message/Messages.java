package dev.chatcluster.consumer.message;

import dev.chatcluster.consumer.control.Topology;
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

  /** What {@code record} is in the epochs of {@code topology}. */
  public Arrival arrival(ConsumerRecord<byte[], byte[]> record, Topology topology) {
    if (record.headers().lastHeader(Names.CONTROL_HEADER) != null) return Arrival.Control.CONTROL;
    return switch (source.locate(record.key(), record.headers(), record.value())) {
      case Located.Nowhere nowhere -> new Arrival.Roomless(nowhere);
      case Located.In(String room) ->
          topology.partitionOf(room) == record.partition()
              ? new Arrival.Message(room)
              : new Arrival.Stray(room);
    };
  }

  /**
   * The entry of a record that is a message of {@code room}.
   *
   * @param prev the token of the room's message before it; null when unknown
   */
  public static Entry entry(
      ConsumerRecord<byte[], byte[]> record, String room, Topology topology, String prev) {
    Position position = topology.position(record.partition(), record.offset());
    return new Entry(
        room, position, topology.token(position), prev, record.value(), headers(record));
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
