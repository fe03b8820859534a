package dev.chatcluster.consumer.router;

import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.order.CopyHeader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** A stray on its way to its room. */
final class Forwarded {
  private Forwarded() {}

  /** The copy of {@code stray} for {@code target}: all as it was, and where it came from. */
  static ProducerRecord<byte[], byte[]> copy(
      ConsumerRecord<byte[], byte[]> stray, int target, int epoch) {
    Long timestamp = stray.timestamp() < 0 ? null : stray.timestamp();
    ProducerRecord<byte[], byte[]> copy =
        new ProducerRecord<>(stray.topic(), target, timestamp, stray.key(), stray.value());
    for (Header each : stray.headers()) {
      // Whoever put one on a stray forged it: a copy is never a stray.
      if (!each.key().equals(Names.FORWARD_HEADER)) copy.headers().add(each);
    }
    new CopyHeader(stray.partition(), stray.offset(), epoch).addTo(copy.headers());
    return copy;
  }
}
