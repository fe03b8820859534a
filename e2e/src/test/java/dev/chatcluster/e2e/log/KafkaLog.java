package dev.chatcluster.e2e.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The reference: a topic's partition as a plain Kafka consumer reads it, from its first record. */
public final class KafkaLog {
  private KafkaLog() {}

  /** All committed records of a partition, up to its end as it is now. */
  public static List<byte[]> values(String bootstrapServers, String topic, int partition) {
    Map<String, Object> config =
        Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed");
    TopicPartition tp = new TopicPartition(topic, partition);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(tp));
      consumer.seekToBeginning(List.of(tp));
      long end = consumer.endOffsets(List.of(tp)).get(tp);
      List<byte[]> values = new ArrayList<>();
      while (consumer.position(tp) < end)
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200)))
          values.add(record.value());
      return values;
    }
  }
}
