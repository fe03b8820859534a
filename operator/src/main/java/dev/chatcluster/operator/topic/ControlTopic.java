package dev.chatcluster.operator.topic;

import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.ControlRecord;
import dev.chatcluster.roomlog.epoch.ControlState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The control topic of a data topic: it is read as a whole, and only ever appended to. */
final class ControlTopic {
  private final Kafka kafka;
  private final String topic;

  ControlTopic(Kafka kafka, String dataTopic) {
    this.kafka = kafka;
    this.topic = Names.controlTopic(dataTopic);
  }

  String name() {
    return topic;
  }

  /** Its configuration; nothing in it may ever be removed. */
  static Map<String, String> config(int replicas) {
    Map<String, String> config = TopicRules.durability(replicas);
    config.putAll(
        Map.of("cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "-1"));
    return config;
  }

  /** What it says up to its end. */
  ControlState read() {
    Map<String, Object> properties = kafka.properties();
    properties.putAll(
        Map.of(
            // Closing waits for the last fetch, which finds nothing more.
            "fetch.max.wait.ms",
            10,
            "isolation.level",
            "read_committed",
            "enable.auto.commit",
            false,
            "allow.auto.create.topics",
            false,
            "auto.offset.reset",
            "none"));
    TopicPartition only = new TopicPartition(topic, 0);
    try (Consumer<byte[], byte[]> consumer =
        kafka.create(
            () ->
                new KafkaConsumer<>(
                    properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()))) {
      consumer.assign(List.of(only));
      consumer.seekToBeginning(List.of(only));
      long end = consumer.endOffsets(List.of(only)).get(only);
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Kafka.TIMEOUT_MS);
      ControlState state = ControlState.EMPTY;
      while (consumer.position(only) < end) {
        if (System.nanoTime() > deadline) throw new java.util.concurrent.TimeoutException();
        for (ConsumerRecord<byte[], byte[]> next : consumer.poll(Duration.ofMillis(200))) {
          if (next.value() != null) state = state.apply(ControlRecord.parse(next.value()));
        }
      }
      return state;
    } catch (KafkaException | java.util.concurrent.TimeoutException e) {
      throw kafka.failure(e, "Read", Kafka.object(topic));
    }
  }

  /** Appends and returns once it is durable; whether it counts is for the reader to see. */
  void append(ControlRecord record) {
    Map<String, Object> properties = kafka.properties();
    properties.putAll(
        Map.of(
            "acks",
            "all",
            "enable.idempotence",
            true,
            "max.block.ms",
            Kafka.TIMEOUT_MS,
            "delivery.timeout.ms",
            Kafka.TIMEOUT_MS));
    try (Producer<byte[], byte[]> producer =
        kafka.create(
            () ->
                new KafkaProducer<>(
                    properties, new ByteArraySerializer(), new ByteArraySerializer()))) {
      producer.send(new ProducerRecord<>(topic, 0, null, record.toJson())).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted: the operator stops", e);
    } catch (java.util.concurrent.ExecutionException | KafkaException e) {
      throw kafka.failure(e, "Write", Kafka.object(topic));
    }
  }
}
