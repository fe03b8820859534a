package dev.chatcluster.e2e;

import dev.chatcluster.e2e.log.SeedMessage;
import dev.chatcluster.e2e.process.ChatTopic;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A plain Kafka producer that writes to rooms, room r to partition r, and counts. */
final class RoomWriters implements AutoCloseable {
  private static final String TEXT = "A message of some length, as people write them. ".repeat(2);

  private final ChatTopic topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final int[] written;

  RoomWriters(ChatTopic topic) {
    this.topic = topic;
    producer = topic.producer();
    written = new int[topic.partitions()];
  }

  /** Writes to all rooms in turn, {@code each} messages to each, at some 1,000 a second. */
  void trickle(int salt, int each) {
    for (int i = 0; i < each; i++) {
      for (int room = 0; room < written.length; room++) write((room + salt) % written.length);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    producer.flush();
  }

  /**
   * Writes as fast as Kafka takes it.
   *
   * @return all that this producer has written to the room
   */
  int burst(int room, int messages) {
    for (int i = 0; i < messages; i++) write(room);
    producer.flush();
    return written[room];
  }

  /** Writes until the room holds {@code total} of this producer's messages. */
  void fill(int room, int total) {
    burst(room, Math.max(0, total - written[room]));
  }

  /** Writes one more message, so that a reader of all that came before has an end to see. */
  void last(int room) {
    burst(room, 1);
  }

  private void write(int room) {
    String id = room + "-" + written[room]++;
    byte[] value = new SeedMessage(id, room, TEXT).json();
    producer.send(
        new ProducerRecord<>(topic.name(), room, id.getBytes(StandardCharsets.UTF_8), value));
  }

  @Override
  public void close() {
    producer.close();
  }
}
