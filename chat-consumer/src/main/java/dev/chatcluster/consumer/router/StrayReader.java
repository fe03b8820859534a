package dev.chatcluster.consumer.router;

import dev.chatcluster.consumer.config.KafkaAccess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A router's own reading of partitions, from where it wants. */
final class StrayReader implements AutoCloseable {
  static final int MOST_RECORDS = 500;

  private final KafkaConsumer<byte[], byte[]> consumer;

  /** One that reads what is committed. */
  StrayReader(KafkaAccess kafka, String pod, int router) {
    this(kafka, pod, router, "read_committed");
  }

  /** One that reads also what is not decided. */
  static StrayReader ofAll(KafkaAccess kafka, String pod, int router) {
    return new StrayReader(kafka, pod, router, "read_uncommitted");
  }

  private StrayReader(KafkaAccess kafka, String pod, int router, String isolation) {
    consumer =
        new KafkaConsumer<>(
            properties(kafka, pod, router, isolation),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  /** Waits until the broker that has the partition has answered. */
  void connect(String topic, int partition) {
    consumer.endOffsets(List.of(new TopicPartition(topic, partition)));
  }

  /** Reads these partitions, each from its offset. */
  StrayReader from(Map<TopicPartition, Long> offsets) {
    consumer.assign(offsets.keySet());
    offsets.forEach(consumer::seek);
    return this;
  }

  private static Map<String, Object> properties(
      KafkaAccess kafka, String pod, int router, String isolation) {
    return kafka.client(
        "chat-consumer-" + pod + "-strays-" + router,
        Map.of(
            "max.poll.records",
            MOST_RECORDS,
            "fetch.max.bytes",
            4 << 20,
            "default.api.timeout.ms",
            5_000,
            "request.timeout.ms",
            5_000),
        Map.of(
            "allow.auto.create.topics",
            false,
            "enable.auto.commit",
            false,
            "auto.offset.reset",
            "none",
            "isolation.level",
            isolation,
            "fetch.min.bytes",
            1,
            "fetch.max.wait.ms",
            100));
  }

  /**
   * Shows what comes within {@code longest}, in the order of each partition.
   *
   * @throws org.apache.kafka.clients.consumer.OffsetOutOfRangeException when the log no longer has
   *     the place to read on
   */
  void poll(Duration longest, Consumer<ConsumerRecord<byte[], byte[]>> taker) {
    consumer.poll(longest).forEach(taker);
  }

  /** Offset of the next record; there are holes between two. */
  long position(TopicPartition partition) {
    return consumer.position(partition);
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ZERO));
  }
}
