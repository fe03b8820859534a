package dev.chatcluster.consumer.send;

import dev.chatcluster.consumer.config.KafkaAccess;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka producer that never puts a later record into a partition where an earlier one was lost.
 * Kafka's own keeps order while it retries, but once it gives a record up, those behind it go on;
 * here, the first one given up takes the whole producer with it: everything unsent fails, and the
 * next one starts after every callback of the last has run. One thread sends.
 */
final class OrderedProducer {
  private static final Logger LOG = LoggerFactory.getLogger(OrderedProducer.class);
  private static final Duration BLOCK = Duration.ofMillis(500);
  private static final long MOST_BUFFER = 32L << 20;

  /** Room in a request for the record's key, headers and framing. */
  private static final int HEADROOM = 64 << 10;

  private final String topic;
  private final Map<String, Object> properties;
  private KafkaProducer<byte[], byte[]> current;
  private volatile KafkaProducer<byte[], byte[]> spoiled;

  /** What became of a record when it was handed over. */
  sealed interface Outcome {}

  /** The callback will say. */
  record Taken() implements Outcome {}

  /** Kafka cannot take it just now; nothing was sent. */
  record NotNow() implements Outcome {}

  /**
   * It was not taken and will not be.
   *
   * @param why as Kafka says
   */
  record Refused(Exception why) implements Outcome {}

  /** Kafka's answer, on the producer's thread. */
  interface Answer {
    /**
     * @param offset of the record when {@code error} is null
     */
    void accept(long offset, Exception error);
  }

  /**
   * @param patience of clients; a record that they were told is lost is still sent for some time,
   *     so that the retry finds it acknowledged, but not for ever
   */
  OrderedProducer(
      String topic, String pod, KafkaAccess kafka, int messageBytes, Duration patience) {
    this.topic = topic;
    int request = messageBytes + HEADROOM;
    long buffer = Math.min(MOST_BUFFER, Runtime.getRuntime().maxMemory() / 8);
    properties =
        kafka.client(
            "chat-consumer-" + pod + "-sender",
            Map.of(
                "linger.ms",
                0,
                "request.timeout.ms",
                5_000,
                "max.request.size",
                request,
                "buffer.memory",
                Math.max(buffer, 2L * request)),
            Map.of(
                "acks",
                "all",
                "enable.idempotence",
                true,
                // A broker that was killed knows of each producer only its last batch again: of
                // several that were under way, it would take the others twice.
                "max.in.flight.requests.per.connection",
                1,
                "retries",
                Integer.MAX_VALUE,
                "max.block.ms",
                BLOCK.toMillis(),
                "delivery.timeout.ms",
                (int) patience.toMillis() * 4));
  }

  /** Learns where the topic's partitions are, so that the first message need not wait for it. */
  void warmUp() {
    try {
      KafkaProducer<byte[], byte[]> producer = producer();
      if (producer != null) producer.partitionsFor(topic);
    } catch (KafkaException later) {
      LOG.debug("the topic's partitions are not known yet", later);
    }
  }

  Outcome send(ProducerRecord<byte[], byte[]> record, Answer answer) throws InterruptedException {
    if (current != null && current == spoiled) {
      // From this thread it waits for the producer's: then every callback has run, and the caller
      // must look again whether the path is still whole.
      current.close(Duration.ZERO);
      current = null;
      return new NotNow();
    }
    KafkaProducer<byte[], byte[]> producer = producer();
    if (producer == null) {
      Thread.sleep(BLOCK);
      return new NotNow();
    }
    Handing handing = new Handing(producer, answer);
    try {
      producer.send(
          record,
          (metadata, error) -> handing.done(metadata == null ? -1 : metadata.offset(), error));
    } catch (InterruptException end) {
      throw new InterruptedException();
    } catch (IllegalStateException closedByItsOwnThread) {
      return new NotNow();
    } catch (KafkaException broken) {
      spoil(producer, broken);
      return new Refused(broken);
    }
    return handing.outcome();
  }

  /** One record's way to the producer: an error on the sending thread means it was not taken. */
  private final class Handing {
    private final KafkaProducer<byte[], byte[]> producer;
    private final Answer answer;
    private final Thread sending = Thread.currentThread();
    private Exception refused;

    Handing(KafkaProducer<byte[], byte[]> producer, Answer answer) {
      this.producer = producer;
      this.answer = answer;
    }

    void done(long offset, Exception error) {
      if (Thread.currentThread() == sending) {
        refused = error;
        return;
      }
      // First of all: until the producer is closed its next request may be on its way.
      if (error != null && !Refusal.forGood(error)) spoil(producer, error);
      answer.accept(offset, error);
    }

    Outcome outcome() {
      if (refused == null) return new Taken();
      return refused instanceof RetriableException ? new NotNow() : new Refused(refused);
    }
  }

  private void spoil(KafkaProducer<byte[], byte[]> producer, Exception why) {
    if (spoiled == producer) return;
    spoiled = producer;
    LOG.warn("a message was given up, and with it all that were on their way: {}", why.toString());
    producer.close(Duration.ZERO);
  }

  /** Null when there can be none just now. */
  private KafkaProducer<byte[], byte[]> producer() {
    if (current == null) {
      try {
        current =
            new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
      } catch (KafkaException notNow) {
        LOG.warn("no producer for topic {} yet: {}", topic, notNow.toString());
      }
    }
    return current;
  }

  void close(Duration timeout) {
    if (current != null) current.close(timeout);
  }
}
