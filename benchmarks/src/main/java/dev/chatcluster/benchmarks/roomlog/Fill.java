package dev.chatcluster.benchmarks.roomlog;

import dev.chatcluster.benchmarks.client.Body;
import dev.chatcluster.benchmarks.process.Pod;
import dev.chatcluster.benchmarks.process.Topic;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Many messages, written as fast as Kafka takes them: round after round, one a room.
 *
 * @param partitions of the topic; a room's number modulo this is where it belongs
 * @param bytes of a message
 */
record Fill(Topic topic, int partitions, int bytes) {
  private static final Map<String, Object> BATCHES =
      Map.of("linger.ms", "20", "batch.size", "524288");

  /**
   * Writes; returns when all are acknowledged.
   *
   * @param first of the messages' numbers, which go on from round to round
   */
  void write(List<Integer> rooms, int first, int rounds) {
    try (KafkaProducer<byte[], byte[]> producer = topic.producer(BATCHES)) {
      for (int number = first; number < first + rounds; number++)
        for (int room : rooms) write(producer, room, number);
    }
  }

  private void write(KafkaProducer<byte[], byte[]> producer, int room, int number) {
    producer.send(
        new ProducerRecord<>(
            topic.name(),
            room % partitions,
            String.valueOf(room).getBytes(StandardCharsets.US_ASCII),
            Body.of(room, System.nanoTime(), number, bytes)));
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
