package dev.chatcluster.operator.rescale;

import dev.chatcluster.operator.kafka.Kafka;
import dev.chatcluster.operator.kafka.KafkaFailure;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.order.Barrier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Looks for a cut's first barrier in every partition: somebody else may have written one before
 * ours, an operator that crashed or one that was taken for dead. Of one thread.
 */
final class BarrierScan implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMillis(Kafka.TIMEOUT_MS);
  private static final long NONE = -1;

  private final Kafka kafka;
  private final String topic;
  private final Consumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions = new ArrayList<>();
  private final long[] first;

  /** Connects, so that little is left to do later. */
  BarrierScan(Kafka kafka, String topic, int count) {
    this.kafka = kafka;
    this.topic = topic;
    this.first = new long[count];
    // Also what lies in open transactions: barriers never do, and must not wait for them.
    this.consumer = kafka.consumer("read_uncommitted");
    try {
      for (int p = 0; p < count; p++) {
        partitions.add(new TopicPartition(topic, p));
        first[p] = NONE;
      }
      consumer.assign(partitions);
      consumer.endOffsets(partitions);
    } catch (KafkaException e) {
      consumer.close();
      throw failure(e);
    }
  }

  /**
   * The offset of each partition's first barrier of {@code cut}.
   *
   * @param own offsets of barriers that we wrote ourselves, behind which none can be the first
   */
  List<Long> upTo(List<Long> own, CutStarted cut) {
    try {
      for (TopicPartition each : partitions) {
        int p = each.partition();
        consumer.seek(each, p < cut.hint().size() ? cut.hint().get(p) : 0);
      }
      long progress = System.nanoTime();
      while (!passed(own)) {
        if (read(cut)) progress = System.nanoTime();
        if (System.nanoTime() - progress > PATIENCE.toNanos())
          throw failure(new TimeoutException());
      }
    } catch (KafkaException e) {
      throw failure(e);
    }
    List<Long> offsets = new ArrayList<>();
    for (long each : first) offsets.add(each);
    return List.copyOf(offsets);
  }

  private boolean passed(List<Long> own) {
    for (TopicPartition each : partitions) {
      boolean found = first[each.partition()] != NONE;
      if (!found && consumer.position(each) <= own.get(each.partition())) return false;
      if (!found) throw new IllegalStateException("no barrier where it was written: " + each);
    }
    return true;
  }

  private boolean read(CutStarted cut) {
    var records = consumer.poll(Duration.ofMillis(20));
    for (ConsumerRecord<byte[], byte[]> each : records) {
      if (first[each.partition()] != NONE) continue;
      boolean ours =
          Barrier.read(each.key(), each.headers(), each.value())
              .filter(barrier -> barrier.isOf(cut))
              .isPresent();
      if (ours) first[each.partition()] = each.offset();
    }
    return !records.isEmpty();
  }

  private KafkaFailure failure(Exception e) {
    return kafka.failure(e, "Read", Kafka.object(topic));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
