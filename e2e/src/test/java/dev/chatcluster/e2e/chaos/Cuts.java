package dev.chatcluster.e2e.chaos;

import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.ControlRecord;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Sees a cut begin as soon as pods do. For one thread. */
final class Cuts implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicPartition control;

  Cuts(String bootstrapServers, String topic) {
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    control = new TopicPartition(Names.controlTopic(topic), 0);
    consumer.assign(List.of(control));
  }

  /** Waits for the intent of one that begins from now on, or until told to stop. */
  void awaitNext(BooleanSupplier stop) {
    consumer.seekToEnd(List.of(control));
    while (!stop.getAsBoolean()) {
      for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(500))) {
        if (ControlRecord.parse(each.value()) instanceof CutStarted) return;
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
