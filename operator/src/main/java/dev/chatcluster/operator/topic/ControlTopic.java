package dev.chatcluster.operator.topic;

import static java.util.stream.Collectors.joining;

import dev.chatcluster.operator.status.Advice;
import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.ControlRecord;
import dev.chatcluster.roomlog.epoch.ControlState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
  /** With which nothing in it is ever removed. */
  private static final Map<String, String> FOR_EVER =
      new TreeMap<>(
          Map.of("cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "-1"));

  private final Kafka kafka;
  private final String topic;

  ControlTopic(Kafka kafka, String dataTopic) {
    this.kafka = kafka;
    this.topic = Names.controlTopic(dataTopic);
  }

  String name() {
    return topic;
  }

  /** Its configuration. */
  static Map<String, String> config(int replicas) {
    Map<String, String> config = TopicRules.durability(replicas);
    config.putAll(FOR_EVER);
    return config;
  }

  /**
   * Sees to it that nothing in it is ever removed.
   *
   * @return a warning when that cannot be known or had
   */
  Optional<Advice> preserve(Consumer<Map<String, String>> corrected) {
    Map<String, String> amiss;
    try {
      amiss = TopicRules.toAlter(FOR_EVER, kafka.config(topic));
    } catch (KafkaFailure e) {
      if (e.trouble().reason() != Reason.AUTHORIZATION_FAILED) throw e;
      return Optional.of(new Advice("ControlTopicUnchecked", e.trouble().message()));
    }
    if (amiss.isEmpty()) return Optional.empty();
    try {
      kafka.alter(topic, amiss);
      corrected.accept(amiss);
      return Optional.empty();
    } catch (KafkaFailure e) {
      return Optional.of(
          new Advice(
              "ControlTopicExpires",
              "Kafka will remove records of "
                  + topic
                  + ", without which the log is lost: set "
                  + amiss.entrySet().stream().map(Object::toString).collect(joining(", "))
                  + " there; the operator could not: "
                  + e.trouble().message()));
    }
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
    try (KafkaConsumer<byte[], byte[]> consumer =
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
