package dev.chatcluster.benchmarks.roomlog;

import dev.chatcluster.benchmarks.client.Body;
import dev.chatcluster.benchmarks.load.Pace;
import dev.chatcluster.benchmarks.process.Topic;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A producer that writes to some rooms in turn, at an even rate, until it is closed. */
final class RoomFeed implements AutoCloseable {
  private final Topic topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<Integer> rooms;
  private final int[] numbers;
  private final int bodyBytes;
  private final IntUnaryOperator partition;
  private final Thread thread;
  private volatile long sent;

  /**
   * Starts it.
   *
   * @param partition that it chooses for a room
   */
  RoomFeed(
      Topic topic,
      List<Integer> rooms,
      double perSecond,
      int bodyBytes,
      IntUnaryOperator partition) {
    this.topic = topic;
    this.rooms = rooms;
    this.bodyBytes = bodyBytes;
    this.partition = partition;
    producer = topic.producer();
    numbers = new int[rooms.size()];
    thread =
        Thread.ofPlatform()
            .name("feed")
            .start(() -> Pace.keep(perSecond, System.nanoTime(), this::write));
  }

  private void write(long index, long due) {
    int i = (int) (index % rooms.size());
    int room = rooms.get(i);
    producer.send(
        new ProducerRecord<>(
            topic.name(),
            partition.applyAsInt(room),
            String.valueOf(room).getBytes(StandardCharsets.US_ASCII),
            Body.of(room, due, numbers[i]++, bodyBytes)),
        (metadata, failure) -> {
          if (failure != null) System.err.println("A message is lost: " + failure);
        });
    sent = index + 1;
  }

  /** Messages so far. */
  long sent() {
    return sent;
  }

  /** Returns when Kafka has acknowledged all. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close();
  }
}
