package dev.chatcluster.e2e;

import dev.chatcluster.e2e.log.SeedMessage;
import dev.chatcluster.e2e.process.ChatTopic;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Plain Kafka producers that write to rooms, room r to partition r, and count. */
final class RoomWriters implements AutoCloseable {
  private static final String TEXT = "A message of some length, as people write them. ".repeat(2);

  private final ChatTopic topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaProducer<byte[], byte[]> transactions;
  private final int[] written;

  RoomWriters(ChatTopic topic) {
    this.topic = topic;
    producer = topic.producer();
    transactions = topic.producer(Map.of("transactional.id", "burst"));
    transactions.initTransactions();
    written = new int[topic.partitions()];
  }

  /** Writes to all rooms in turn, {@code each} messages to each, at some 1,000 a second. */
  void trickle(int salt, int each) {
    for (int i = 0; i < each; i++) {
      for (int room = 0; room < written.length; room++)
        write(producer, (room + salt) % written.length);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    producer.flush();
  }

  /**
   * Writes in one transaction: readers see all of it at once.
   *
   * @return all that was written to the room
   */
  int burst(int room, int messages) {
    transactions.beginTransaction();
    for (int i = 0; i < messages; i++) write(transactions, room);
    transactions.commitTransaction();
    return written[room];
  }

  /** Writes, as fast as Kafka takes it, until {@code total} messages were written to the room. */
  void fill(int room, int total) {
    while (written[room] < total) write(producer, room);
    producer.flush();
  }

  /** Writes one more message, so that a reader of all that came before has an end to see. */
  void last(int room) {
    write(producer, room);
    producer.flush();
  }

  private void write(KafkaProducer<byte[], byte[]> through, int room) {
    String id = room + "-" + written[room]++;
    byte[] value = new SeedMessage(id, room, TEXT).json();
    through.send(
        new ProducerRecord<>(topic.name(), room, id.getBytes(StandardCharsets.UTF_8), value));
  }

  @Override
  public void close() {
    producer.close();
    transactions.close();
  }
}
