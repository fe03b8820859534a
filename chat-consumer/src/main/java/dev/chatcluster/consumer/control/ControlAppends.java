package dev.chatcluster.consumer.control;

import dev.chatcluster.consumer.config.ConsumerConfig;
import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.ControlRecord;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Appends to the control topic; the producer is made when it is first needed. */
final class ControlAppends implements AutoCloseable {
  private final String topic;
  private final Map<String, Object> properties;
  private KafkaProducer<byte[], byte[]> producer;

  ControlAppends(ConsumerConfig config) {
    topic = Names.controlTopic(config.topic());
    properties =
        config
            .kafka()
            .client(
                "chat-consumer-" + config.pod() + "-control-appends",
                Map.of(),
                Map.of(
                    "acks",
                    "all",
                    "enable.idempotence",
                    true,
                    "max.block.ms",
                    5_000,
                    // With more than the delivery's time, the user's own, there would be no
                    // producer.
                    "linger.ms",
                    0,
                    "request.timeout.ms",
                    5_000,
                    "delivery.timeout.ms",
                    15_000));
  }

  /** Appends; may block for 5 s. Completes with the record's offset once all replicas have it. */
  CompletableFuture<Long> append(ControlRecord record) {
    CompletableFuture<Long> appended = new CompletableFuture<>();
    try {
      producer()
          .send(
              new ProducerRecord<>(topic, 0, null, record.toJson()),
              (metadata, error) -> {
                if (error == null) appended.complete(metadata.offset());
                else appended.completeExceptionally(error);
              });
    } catch (RuntimeException refused) {
      appended.completeExceptionally(refused);
    }
    return appended;
  }

  private synchronized KafkaProducer<byte[], byte[]> producer() {
    if (producer == null) {
      producer =
          new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }
    return producer;
  }

  @Override
  public synchronized void close() {
    if (producer != null) producer.close(Duration.ZERO);
  }
}
