package dev.chatcluster.consumer.reader;

import dev.chatcluster.consumer.metrics.ReaderMetrics;
import dev.chatcluster.roomlog.room.Located.Nowhere;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what is not delivered, and tells of it at a limited rate. */
final class Misfits {
  private static final Logger LOG = LoggerFactory.getLogger(Misfits.class);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private final ReaderMetrics metrics;
  private final RateLimit strayLines = new RateLimit(BETWEEN_LINES);
  private final RateLimit forgedLines = new RateLimit(BETWEEN_LINES);
  private final RateLimit skipLines = new RateLimit(BETWEEN_LINES);

  Misfits(ReaderMetrics metrics) {
    this.metrics = metrics;
  }

  void stray(Following following, ConsumerRecord<?, ?> record, String room, int owner) {
    following.strays++;
    following.meters.stray();
    if (strayLines.allows(System.nanoTime())) {
      LOG.warn(
          "record at partition {} offset {} is not delivered: its room {} belongs to partition {};"
              + " let its producer use the topic's partitioning ({} more like it since the last"
              + " line)",
          record.partition(),
          record.offset(),
          room,
          owner,
          strayLines.held());
    }
  }

  /** A record claims to be a barrier that no cut wrote. */
  void forgedBarrier(ConsumerRecord<?, ?> record) {
    metrics.forged("barrier");
    if (forgedLines.allows(System.nanoTime())) {
      LOG.warn(
          "record at partition {} offset {} says that it is a barrier, but the control log has no"
              + " such cut: it is without effect; find out who may write to the topic ({} more"
              + " like it since the last line)",
          record.partition(),
          record.offset(),
          forgedLines.held());
    }
  }

  /** A record claims to be a router's copy, which are never written where they are strays. */
  void forgedCopy(ConsumerRecord<?, ?> record) {
    metrics.forged("copy");
  }

  void skipped(Following following, ConsumerRecord<?, ?> record, Nowhere reason) {
    following.skipped++;
    metrics.skipped(reason);
    if (skipLines.allows(System.nanoTime())) {
      LOG.warn(
          "record at partition {} offset {} is skipped: {} ({} more like it since the last line)",
          record.partition(),
          record.offset(),
          sentence(reason),
          skipLines.held());
    }
  }

  private static String sentence(Nowhere reason) {
    return switch (reason) {
      case NULL_VALUE -> "it has no value; an empty one would be a message";
      case NO_KEY -> "it has no key, and the key is the room";
      case NO_HEADER -> "it has no such header as carries the room";
      case INVALID_JSON -> "its value is not JSON, where the room is read from";
      case NO_FIELD -> "its JSON has nothing where the room should be";
      case NOT_A_NAME -> "its JSON has no string or number where the room should be";
      case BAD_ROOM_ID -> "what names its room is not a valid room id";
    };
  }
}
