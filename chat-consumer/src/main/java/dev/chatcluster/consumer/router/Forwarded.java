package dev.chatcluster.consumer.router;

import dev.chatcluster.roomlog.Names;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Where a copy came from, and the copy itself.
 *
 * @param partition of the stray
 * @param offset of the stray
 * @param epoch under which it was forwarded
 */
record Forwarded(int partition, long offset, int epoch) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9}):(\\d{1,18}):(\\d{1,9})");

  /** What the record's header claims; empty when it claims nothing that can be read. */
  static Optional<Forwarded> read(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(Names.FORWARD_HEADER);
    if (header == null || header.value() == null || header.value().length > 64) {
      return Optional.empty();
    }
    Matcher form = FORM.matcher(new String(header.value(), StandardCharsets.ISO_8859_1));
    if (!form.matches()) return Optional.empty();
    return Optional.of(
        new Forwarded(
            Integer.parseInt(form.group(1)),
            Long.parseLong(form.group(2)),
            Integer.parseInt(form.group(3))));
  }

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
    String from = new Forwarded(stray.partition(), stray.offset(), epoch).toString();
    copy.headers().add(Names.FORWARD_HEADER, from.getBytes(StandardCharsets.ISO_8859_1));
    return copy;
  }

  @Override
  public String toString() {
    return partition + ":" + offset + ":" + epoch;
  }
}
