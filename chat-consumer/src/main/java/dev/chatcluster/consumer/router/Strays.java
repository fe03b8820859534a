package dev.chatcluster.consumer.router;

import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.order.RoomLog;
import dev.chatcluster.roomlog.room.Located;
import dev.chatcluster.roomlog.room.RoomSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Tells strays from all other records, and where they go, in the newest epoch of a log.
 *
 * @param source where a record carries its room
 * @param log up to the epoch under which is routed
 */
record Strays(RoomSource source, RoomLog log) {
  static final int NONE = -1;

  /** The partition that the record goes to; {@link #NONE} when it stays where it is. */
  int target(ConsumerRecord<byte[], byte[]> record) {
    if (record.headers().lastHeader(Names.CONTROL_HEADER) != null) return NONE;
    return switch (source.locate(record.key(), record.headers(), record.value())) {
      case Located.Nowhere _ -> NONE;
      case Located.In(String room) -> {
        int home = log.home(room, record.partition(), record.offset());
        yield home == RoomLog.STRAY ? log.owner(log.newest(), room) : NONE;
      }
    };
  }
}
