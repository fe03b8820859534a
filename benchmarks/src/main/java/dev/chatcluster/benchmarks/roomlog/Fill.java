package dev.chatcluster.benchmarks.roomlog;

import dev.chatcluster.benchmarks.client.Body;
import dev.chatcluster.benchmarks.process.Pod;
import dev.chatcluster.benchmarks.process.Topic;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes many messages as fast as Kafka takes them, each to its room's partition. */
final class Fill {
  static final int SMALLEST = Body.SMALLEST;

  private Fill() {}

  /**
   * Round after round, one message a room; returns when all are acknowledged.
   *
   * @param first room; the others have the numbers behind it
   */
  static void write(Topic topic, int rooms, int messages, int bytes, int first) throws Exception {
    try (Admin admin = topic.admin();
        KafkaProducer<byte[], byte[]> producer =
            topic.producer(Map.of("linger.ms", "20", "batch.size", "524288"))) {
      int partitions =
          admin
              .describeTopics(List.of(topic.name()))
              .allTopicNames()
              .get()
              .get(topic.name())
              .partitions()
              .size();
      for (int number = 0; number < messages; number++) {
        for (int room = first; room < first + rooms; room++) {
          producer.send(
              new ProducerRecord<>(
                  topic.name(),
                  room % partitions,
                  String.valueOf(room).getBytes(StandardCharsets.US_ASCII),
                  Body.of(room, System.nanoTime(), number, bytes)));
        }
      }
    }
  }

  /** Waits until a pod has read so many records. */
  static void awaitRead(Pod pod, long records) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (pod.metric("chat_records_read_total") < records) {
      if (System.nanoTime() - deadline > 0)
        throw new IllegalStateException(
            "The pod has read %.0f of %d records after two minutes."
                .formatted(pod.metric("chat_records_read_total"), records));
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }
}
