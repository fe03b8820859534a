package dev.chatcluster.operator.rescale;

import dev.chatcluster.operator.kafka.Kafka;
import dev.chatcluster.operator.kafka.KafkaFailure;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.order.Barrier;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
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

  private final Kafka kafka;
  private final String topic;
  private final Consumer<byte[], byte[]> consumer;

  /** Connects, so that little is left to do later. */
  BarrierScan(Kafka kafka, String topic) {
    this.kafka = kafka;
    this.topic = topic;
    // Also what lies in open transactions: barriers never do, and must not wait for them.
    this.consumer = kafka.consumer("read_uncommitted");
    try {
      consumer.endOffsets(List.of(new TopicPartition(topic, 0)));
    } catch (KafkaException e) {
      consumer.close();
      throw failure(e);
    }
  }

  /**
   * The offset of each partition's first barrier of {@code cut}.
   *
   * @param own offsets of barriers that we wrote ourselves, one a partition, behind which none can
   *     be the first
   */
  List<Long> first(CutStarted cut, List<Long> own) {
    Long[] first = new Long[own.size()];
    try {
      List<TopicPartition> partitions =
          IntStream.range(0, own.size()).mapToObj(p -> new TopicPartition(topic, p)).toList();
      consumer.assign(partitions);
      for (TopicPartition each : partitions) consumer.seek(each, cut.hint(each.partition()));
      long progress = System.nanoTime();
      while (!passed(own, first)) {
        if (read(cut, first)) progress = System.nanoTime();
        if (System.nanoTime() - progress > PATIENCE.toNanos())
          throw failure(new TimeoutException());
      }
    } catch (KafkaException e) {
      throw failure(e);
    }
    return List.of(first);
  }

  private boolean passed(List<Long> own, Long[] first) {
    for (TopicPartition each : consumer.assignment()) {
      boolean found = first[each.partition()] != null;
      if (!found && consumer.position(each) <= own.get(each.partition())) return false;
      if (!found) throw new IllegalStateException("no barrier where it was written: " + each);
    }
    return true;
  }

  private boolean read(CutStarted cut, Long[] first) {
    var records = consumer.poll(Duration.ofMillis(20));
    for (ConsumerRecord<byte[], byte[]> each : records) {
      if (first[each.partition()] != null) continue;
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
