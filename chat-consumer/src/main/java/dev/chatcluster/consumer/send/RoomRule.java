package dev.chatcluster.consumer.send;

import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.room.Located;
import dev.chatcluster.roomlog.room.RoomSource;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Makes the record of a client's message so that whoever reads it finds it in the room it was sent
 * to; pure.
 */
final class RoomRule {
  /** The header in which a client's own name for its message travels. */
  static final String IDEMPOTENCY_KEY = "idempotency-key";

  private final String topic;
  private final RoomSource source;

  RoomRule(String topic, RoomSource source) {
    this.topic = topic;
    this.source = source;
  }

  /** Why {@code message} cannot be a record of its room; empty when it can. */
  Optional<String> problem(Outgoing message) {
    if (!(source instanceof RoomSource.Json json)) return Optional.empty();
    return switch (source.locate(null, new RecordHeaders(), message.body())) {
      case Located.In(String room) when room.equals(message.room()) -> Optional.empty();
      case Located.In(String room) ->
          Optional.of(
              "The message's "
                  + json.pointer()
                  + " is room \""
                  + room
                  + "\", but it was sent to room \""
                  + message.room()
                  + "\": make them the same.");
      case Located.Nowhere _ ->
          Optional.of(
              "Topic "
                  + topic
                  + " has its rooms in the JSON at "
                  + json.pointer()
                  + ", and this message has none there: send a JSON body with \""
                  + message.room()
                  + "\" at that place.");
    };
  }

  /** The record of a message that has no {@link #problem}. */
  ProducerRecord<byte[], byte[]> toRecord(Outgoing message, int partition) {
    byte[] room = message.room().getBytes(StandardCharsets.UTF_8);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, partition, room, message.body());
    Headers headers = record.headers();
    for (var each : message.headers()) {
      if (each.name().startsWith(Names.RESERVED_HEADER_PREFIX)) continue;
      headers.add(each.name(), each.value().getBytes(StandardCharsets.UTF_8));
    }
    if (source instanceof RoomSource.Header header) {
      headers.remove(header.name());
      headers.add(header.name(), room);
    }
    if (message.idempotencyKey() != null) {
      headers.remove(IDEMPOTENCY_KEY);
      headers.add(IDEMPOTENCY_KEY, message.idempotencyKey().getBytes(StandardCharsets.UTF_8));
    }
    return record;
  }
}
