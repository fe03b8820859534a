package dev.chatcluster.consumer.send;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The largest record that the topic takes, so that none larger is handed to the producer: one that
 * shares its batch with a small one makes Kafka's producer split the batch into itself for ever.
 */
public final class TopicLimit {
  private static final Logger LOG = LoggerFactory.getLogger(TopicLimit.class);
  private static final Duration FRESH = Duration.ofMinutes(1);

  /** At most, of Kafka's record format 2. */
  private static final int BATCH_OVERHEAD = 61;

  private static final int RECORD_OVERHEAD = 21;
  private static final int HEADER_OVERHEAD = 10;

  private final Admin admin;
  private final ConfigResource topic;
  private volatile int bytes = Integer.MAX_VALUE;
  private volatile long askAt = System.nanoTime();

  /**
   * @param admin stays the caller's
   */
  public TopicLimit(Admin admin, String topic) {
    this.admin = admin;
    this.topic = new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  /** Waits for the first answer, a little. */
  void learnFirst() throws InterruptedException {
    try {
      ask().get(2, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException unknown) {
      LOG.debug("the topic's max.message.bytes is not known yet", unknown);
    }
  }

  private KafkaFuture<Config> ask() {
    askAt = System.nanoTime() + FRESH.toNanos();
    return admin
        .describeConfigs(List.of(topic))
        .values()
        .get(topic)
        .whenComplete(
            (config, error) -> {
              if (error == null) learn(config);
              else LOG.debug("the topic's max.message.bytes is not known: {}", error.toString());
            });
  }

  private void learn(Config config) {
    ConfigEntry limit = config.get("max.message.bytes");
    if (limit != null) bytes = Integer.parseInt(limit.value());
  }

  /**
   * Whether the record, alone in its batch and not compressed, may be more than the topic takes.
   * Never waits: it goes by an answer of Kafka that is a minute old at most while Kafka is there.
   */
  public boolean exceededBy(ProducerRecord<byte[], byte[]> record) {
    if (System.nanoTime() - askAt >= 0) ask();
    long size = BATCH_OVERHEAD + RECORD_OVERHEAD + length(record.key()) + length(record.value());
    for (Header each : record.headers()) {
      size += HEADER_OVERHEAD + Utils.utf8Length(each.key()) + length(each.value());
    }
    return size > bytes;
  }

  private static int length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
