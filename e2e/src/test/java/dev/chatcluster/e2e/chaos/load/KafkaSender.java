package dev.chatcluster.e2e.chaos.load;

import dev.chatcluster.e2e.chaos.check.Message;
import dev.chatcluster.e2e.chaos.check.Sent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntUnaryOperator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A Kafka producer as an application has it, which writes to all rooms at random. */
public final class KafkaSender implements Sender {
  /** How long a producer goes on with what it knows of the topic. */
  public static final Duration METADATA_AGE = Duration.ofSeconds(1);

  private final int number;
  private final String kind;
  private final String topic;
  private final Choice choice;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Room[] rooms;
  private final Random random;
  private final long pauseNanos;
  private final AtomicLong undecided = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();
  private final Thread thread;
  private volatile boolean stopped;

  /**
   * How a producer chooses partitions.
   *
   * @param config what its partitioner is configured with
   * @param partition of a room; -1 leaves it to the partitioner
   * @param needs partitions that the topic must have before it begins
   * @param changes whether it changes partitions by itself
   */
  public record Choice(
      Map<String, Object> config, IntUnaryOperator partition, int needs, boolean changes) {}

  /** One room as this producer knows it. */
  private static final class Room {
    int next;
    final BitSet acknowledged = new BitSet();
    final NavigableMap<Integer, Integer> partitions = new TreeMap<>();
  }

  /**
   * @param number of the sender
   * @param perSecond messages, to all rooms together
   */
  public KafkaSender(
      int number,
      String kind,
      Choice choice,
      String bootstrapServers,
      String topic,
      int rooms,
      int perSecond,
      long seed) {
    this.number = number;
    this.kind = kind;
    this.topic = topic;
    this.choice = choice;
    this.random = new Random(seed);
    this.pauseNanos = Duration.ofSeconds(1).toNanos() / perSecond;
    this.rooms = new Room[rooms];
    for (int room = 0; room < rooms; room++) this.rooms[room] = new Room();
    Map<String, Object> config = new HashMap<>(choice.config());
    config.put("bootstrap.servers", bootstrapServers);
    config.put("acks", "all");
    config.put("linger.ms", "2");
    // With more, Kafka itself takes a batch twice when a broker without replicas is killed.
    config.put("max.in.flight.requests.per.connection", "1");
    config.put("buffer.memory", "4194304");
    config.put("metadata.max.age.ms", String.valueOf(METADATA_AGE.toMillis()));
    config.put("request.timeout.ms", "5000");
    config.put("delivery.timeout.ms", "600000");
    config.put("max.block.ms", "600000");
    producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    thread = Thread.ofPlatform().daemon().name(kind).start(this::run);
  }

  private void run() {
    while (!stopped && producer.partitionsFor(topic).size() < choice.needs()) pause();
    long next = System.nanoTime();
    while (!stopped) {
      send(random.nextInt(rooms.length));
      next += pauseNanos;
      // What was missed while Kafka was away is not made up for in one burst.
      next = Math.max(next, System.nanoTime() - 20 * pauseNanos);
      while (!stopped && System.nanoTime() < next) {
        LockSupport.parkNanos(next - System.nanoTime());
      }
    }
  }

  private static void pause() {
    LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
  }

  private void send(int index) {
    Room room = rooms[index];
    int count = room.next++;
    int partition = choice.partition().applyAsInt(index);
    byte[] key = Rooms.name(index).getBytes(StandardCharsets.US_ASCII);
    byte[] value = new Message(number, index, count, 0, System.nanoTime()).body();
    undecided.incrementAndGet();
    producer.send(
        new ProducerRecord<>(topic, partition < 0 ? null : partition, key, value),
        (metadata, failure) -> {
          if (failure == null) {
            acknowledged.incrementAndGet();
            synchronized (room) {
              room.acknowledged.set(count);
              if (choice.changes()) room.partitions.put(count, metadata.partition());
            }
          }
          undecided.decrementAndGet();
        });
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public void stop() {
    stopped = true;
  }

  @Override
  public boolean settled() {
    return !thread.isAlive() && undecided.get() == 0;
  }

  @Override
  public long acknowledged() {
    return acknowledged.get();
  }

  @Override
  public Sent sent(int index) {
    Room room = rooms[index];
    synchronized (room) {
      NavigableSet<Integer> changes = new TreeSet<>();
      int before = -1;
      for (Map.Entry<Integer, Integer> entry : room.partitions.entrySet()) {
        if (before >= 0 && before != entry.getValue()) changes.add(entry.getKey());
        before = entry.getValue();
      }
      return new Sent(number, (BitSet) room.acknowledged.clone(), changes);
    }
  }

  @Override
  public void close() {
    stopped = true;
    producer.close(Duration.ZERO);
  }
}
