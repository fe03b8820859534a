package dev.chatcluster.benchmarks.roomlog;

import dev.chatcluster.benchmarks.process.Topic;
import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.ControlRecord;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.Epoch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the control topic and knows when each cut began and each epoch was seen. */
final class ControlWatch implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<Integer, Long> cuts = new ConcurrentHashMap<>();
  private final Map<Integer, Long> epochs = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile Epoch current;

  ControlWatch(Topic topic) {
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", topic.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    TopicPartition control = new TopicPartition(Names.controlTopic(topic.name()), 0);
    consumer.assign(List.of(control));
    consumer.seekToBeginning(List.of(control));
    thread = Thread.ofPlatform().name("control-watch").start(this::read);
  }

  private void read() {
    try {
      while (true) {
        for (ConsumerRecord<byte[], byte[]> read : consumer.poll(Duration.ofMinutes(1))) {
          switch (ControlRecord.parse(read.value())) {
            case CutStarted cut -> cuts.putIfAbsent(cut.number(), System.nanoTime());
            case EpochPublished published -> {
              if (epochs.putIfAbsent(published.epoch().number(), System.nanoTime()) == null)
                current = published.epoch();
            }
            default -> {}
          }
        }
      }
    } catch (WakeupException end) {
      consumer.close();
    }
  }

  /** The newest epoch; null before the first. */
  Epoch current() {
    return current;
  }

  /**
   * Waits for an epoch.
   *
   * @return from the cut to the epoch, as it was seen here
   */
  Window await(int number, Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!epochs.containsKey(number)) {
      if (System.nanoTime() - deadline > 0)
        throw new IllegalStateException(
            "Epoch %d was not published within %d s.".formatted(number, atMost.toSeconds()));
      TimeUnit.MILLISECONDS.sleep(2);
    }
    long epoch = epochs.get(number);
    return new Window(cuts.getOrDefault(number, epoch), epoch);
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
