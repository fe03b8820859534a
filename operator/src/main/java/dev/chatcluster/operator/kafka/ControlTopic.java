package dev.chatcluster.operator.kafka;

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
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** The control topic of a data topic: it is read as a whole, and only ever appended to. */
public final class ControlTopic {
  /** With which nothing in it is ever removed. */
  private static final Map<String, String> FOR_EVER =
      new TreeMap<>(
          Map.of("cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "-1"));

  private final Kafka kafka;
  private final String topic;

  public ControlTopic(Kafka kafka, String dataTopic) {
    this.kafka = kafka;
    this.topic = Names.controlTopic(dataTopic);
  }

  public String name() {
    return topic;
  }

  /** Its configuration. */
  public static Map<String, String> config(int replicas) {
    Map<String, String> config = TopicConfig.durability(replicas);
    config.putAll(FOR_EVER);
    return config;
  }

  /**
   * Sees to it that nothing in it is ever removed.
   *
   * @return a warning when that cannot be known or had
   */
  public Optional<Advice> preserve(java.util.function.Consumer<Map<String, String>> corrected) {
    Map<String, String> amiss;
    try {
      amiss = TopicConfig.toAlter(FOR_EVER, kafka.config(topic));
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
  public ControlState read() {
    try (Consumer<byte[], byte[]> consumer = reader()) {
      return read(consumer);
    }
  }

  /** For {@link #read(Consumer)}; the caller closes it. */
  public Consumer<byte[], byte[]> reader() {
    return kafka.consumer("read_committed");
  }

  /** The same with a reader that is there already. */
  public ControlState read(Consumer<byte[], byte[]> consumer) {
    TopicPartition only = new TopicPartition(topic, 0);
    try {
      consumer.assign(List.of(only));
      consumer.seekToBeginning(List.of(only));
      long end = consumer.endOffsets(List.of(only)).get(only);
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Kafka.TIMEOUT_MS);
      ControlState state = ControlState.EMPTY;
      while (consumer.position(only) < end) {
        if (System.nanoTime() > deadline) throw new TimeoutException();
        for (ConsumerRecord<byte[], byte[]> next : consumer.poll(Duration.ofMillis(200))) {
          if (next.value() != null) state = state.apply(ControlRecord.parse(next.value()));
        }
      }
      return state;
    } catch (KafkaException | TimeoutException e) {
      throw kafka.failure(e, "Read", Kafka.object(topic));
    }
  }

  /** Appends and returns once all is durable; whether it counts is for the reader to see. */
  public void append(ControlRecord... records) {
    try (Producer<byte[], byte[]> producer = kafka.producer()) {
      for (ControlRecord each : records) append(each, producer);
    }
  }

  /** The same with a producer that is there already. */
  public void append(ControlRecord record, Producer<byte[], byte[]> producer) {
    Future<RecordMetadata> sent =
        producer.send(new ProducerRecord<>(topic, 0, null, record.toJson()));
    kafka.await("Write", Kafka.object(topic), sent);
  }
}
