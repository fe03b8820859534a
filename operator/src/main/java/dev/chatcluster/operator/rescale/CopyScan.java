package dev.chatcluster.operator.rescale;

import dev.chatcluster.operator.kafka.Kafka;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.order.CopyHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * How far routers came in an epoch by what they wrote, for when the group's offsets cannot be
 * believed: strays are forwarded in order, together with the position, so that is behind the last
 * stray whose copy is anywhere. All routers are fenced.
 */
final class CopyScan {
  private static final Duration PATIENCE = Duration.ofMillis(Kafka.TIMEOUT_MS);

  private final Kafka kafka;
  private final String topic;

  CopyScan(Kafka kafka, String topic) {
    this.kafka = kafka;
    this.topic = topic;
  }

  /**
   * Reads all partitions from where copies of the epoch may begin.
   *
   * @param epoch in which the routers ran
   * @param least what each position is at least
   * @param ends where the partitions end
   */
  List<Long> positions(Epoch epoch, List<Long> least, List<Long> ends) {
    List<Long> starts = kafka.startOffsets(topic, least.size());
    List<Long> found = new ArrayList<>(least);
    Map<TopicPartition, Long> left = new TreeMap<>((a, b) -> a.partition() - b.partition());
    try (Consumer<byte[], byte[]> consumer = kafka.consumer("read_committed")) {
      for (int p = 0; p < least.size(); p++) {
        if (begins(epoch, p) < ends.get(p)) left.put(new TopicPartition(topic, p), ends.get(p));
      }
      consumer.assign(left.keySet());
      for (TopicPartition each : left.keySet()) {
        int p = each.partition();
        consumer.seek(each, Math.max(starts.get(p), begins(epoch, p)));
      }
      long progress = System.nanoTime();
      while (!left.isEmpty()) {
        var records = consumer.poll(Duration.ofMillis(200));
        for (ConsumerRecord<byte[], byte[]> each : records) heed(each, epoch, ends, found);
        Set<TopicPartition> read = new TreeSet<>((a, b) -> a.partition() - b.partition());
        left.forEach(
            (each, end) -> {
              if (consumer.position(each) >= end) read.add(each);
            });
        if (!records.isEmpty() || !read.isEmpty()) progress = System.nanoTime();
        left.keySet().removeAll(read);
        if (System.nanoTime() - progress > PATIENCE.toNanos()) throw new TimeoutException();
      }
      return List.copyOf(found);
    } catch (KafkaException | TimeoutException e) {
      throw kafka.failure(e, "Read", Kafka.object(topic));
    }
  }

  private static long begins(Epoch epoch, int partition) {
    List<Long> from = epoch.number() == 0 ? epoch.routed() : epoch.barriers();
    return partition < from.size() ? from.get(partition) : 0;
  }

  /** A header may be anybody's: none leads behind the end of what it says it is a copy of. */
  private static void heed(
      ConsumerRecord<byte[], byte[]> record, Epoch epoch, List<Long> ends, List<Long> found) {
    CopyHeader copy = CopyHeader.read(record.headers()).orElse(null);
    if (copy == null || copy.epoch() != epoch.number() || copy.partition() >= found.size()) return;
    if (copy.offset() >= ends.get(copy.partition())) return;
    found.set(copy.partition(), Math.max(found.get(copy.partition()), copy.offset() + 1));
  }
}
