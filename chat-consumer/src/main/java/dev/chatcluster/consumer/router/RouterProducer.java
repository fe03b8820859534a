package dev.chatcluster.consumer.router;

import dev.chatcluster.consumer.config.KafkaAccess;
import dev.chatcluster.roomlog.Names;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The transactions of one partition's router. Once any call has thrown it must be closed and never
 * used again: what became of its last transaction only the one that comes after it can say.
 */
final class RouterProducer implements AutoCloseable {
  private final TopicPartition source;
  private final ConsumerGroupMetadata group;
  private final KafkaProducer<byte[], byte[]> producer;

  /** One that may not write yet. */
  RouterProducer(KafkaAccess kafka, String pod, String topic, String uid, int partition) {
    source = new TopicPartition(topic, partition);
    group = group(topic);
    producer =
        new KafkaProducer<>(
            properties(kafka, pod, Names.routerTransactionalId(topic, uid, partition), partition),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Waits until Kafka has answered it; changes nothing there. */
  void connect() {
    producer.partitionsFor(source.topic());
  }

  /** Makes it the only valid one of its partition: waits until Kafka has fenced all others. */
  void fenceOthers() {
    producer.initTransactions();
  }

  /** Kafka would have a consumer's own, but this group has no members, only positions. */
  @SuppressWarnings("removal")
  private static ConsumerGroupMetadata group(String topic) {
    return new ConsumerGroupMetadata(Names.routerGroup(topic));
  }

  private static Map<String, Object> properties(
      KafkaAccess kafka, String pod, String transactionalId, int partition) {
    // A stray that does not fit is lost to its room: only what the process cannot hold may be one.
    int buffer = (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 2);
    return kafka.client(
        "chat-consumer-" + pod + "-router-" + partition,
        Map.of(
            // A broker that still writes the last transaction's markers refuses the next one for a
            // few milliseconds; Kafka's default of 100 would be most of a stray's way.
            "retry.backoff.ms",
            5,
            "retry.backoff.max.ms",
            200,
            // What a producer wrote compressed may only fit compressed. The other codecs load a
            // native library at their first use, which is a rescale.
            "compression.type",
            "gzip",
            "compression.gzip.level",
            1,
            "batch.size",
            64 << 10),
        Map.ofEntries(
            Map.entry("transactional.id", transactionalId),
            Map.entry("transaction.timeout.ms", 5_000),
            Map.entry("acks", "all"),
            Map.entry("enable.idempotence", true),
            // A broker that was killed knows of each producer only its last batch again: of several
            // that were under way, it would take the others twice.
            Map.entry("max.in.flight.requests.per.connection", 1),
            Map.entry("retries", Integer.MAX_VALUE),
            Map.entry("max.block.ms", 5_000),
            // With more than the delivery's time, the user's own, there would be no producer.
            Map.entry("linger.ms", 0),
            Map.entry("request.timeout.ms", 3_000),
            Map.entry("delivery.timeout.ms", 5_000),
            Map.entry("buffer.memory", (long) buffer),
            Map.entry("max.request.size", buffer)));
  }

  /**
   * Writes the copies and the position in one transaction.
   *
   * @param next offset of the first record that is not routed yet
   * @return why Kafka will never take one of the copies, in which case nothing was written; empty
   *     when all is committed
   * @throws KafkaException when this one is fenced, or nobody knows
   */
  Optional<String> commit(List<ProducerRecord<byte[], byte[]>> copies, long next) {
    try {
      begin(copies, next);
      end();
      return Optional.empty();
    } catch (KafkaException error) {
      for (Throwable cause = error; cause != null; cause = cause.getCause()) {
        if (forGood(cause)) {
          producer.abortTransaction();
          return Optional.of(cause.getMessage());
        }
      }
      throw error;
    }
  }

  /** All of a transaction but its commit. */
  void begin(List<ProducerRecord<byte[], byte[]>> copies, long next) {
    producer.beginTransaction();
    for (ProducerRecord<byte[], byte[]> each : copies) producer.send(each);
    producer.sendOffsetsToTransaction(Map.of(source, new OffsetAndMetadata(next)), group);
  }

  /** Commits what was begun. */
  void end() {
    producer.commitTransaction();
  }

  private static boolean forGood(Throwable error) {
    return error instanceof RecordTooLargeException
        || error instanceof InvalidRecordException
        || error instanceof InvalidTimestampException;
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
