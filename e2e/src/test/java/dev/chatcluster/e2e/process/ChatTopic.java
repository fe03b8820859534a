package dev.chatcluster.e2e.process;

import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.ControlRecord;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A data topic with its control topic, as the operator leaves them: epoch 0 written, seed records.
 *
 * @param name of the data topic
 */
public record ChatTopic(String bootstrapServers, String name, int partitions) {
  /** Creates both topics; {@code epoch(0)} spreads rooms by {@link Partitioning#MODULO}. */
  public static ChatTopic create(String bootstrapServers, String name, int partitions)
      throws InterruptedException {
    ChatTopic topic = createEmpty(bootstrapServers, name, partitions);
    Map<String, Object> config = Map.of("bootstrap.servers", bootstrapServers);
    try (Admin admin = Admin.create(config);
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      NewTopic control =
          new NewTopic(Names.controlTopic(name), 1, (short) 1)
              .configs(
                  Map.of(
                      "cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "-1"));
      admin.createTopics(List.of(control)).all().get();
      String id =
          admin.describeTopics(List.of(name)).allTopicNames().get().get(name).topicId().toString();
      ControlRecord epoch =
          new ControlRecord.EpochPublished(
              new LogId(UUID.randomUUID().toString(), id),
              Epoch.first(partitions, Partitioning.MODULO));
      producer.send(new ProducerRecord<>(Names.controlTopic(name), 0, null, epoch.toJson())).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    return topic;
  }

  /** Creates the data topic alone, for a consumer that runs by itself. */
  public static ChatTopic createEmpty(String bootstrapServers, String name, int partitions)
      throws InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      NewTopic data =
          new NewTopic(name, partitions, (short) 1)
              .configs(Map.of("cleanup.policy", "delete", "max.message.bytes", "4194304"));
      admin.createTopics(List.of(data)).all().get();
      return new ChatTopic(bootstrapServers, name, partitions);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** The environment of the consumer of one partition, or of {@code all}. */
  public Map<String, String> consumer(String partition) {
    Map<String, String> environment = new HashMap<>();
    environment.put("CHAT_KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
    environment.put("CHAT_TOPIC", name);
    environment.put("CHAT_PARTITION", partition);
    environment.put("CHAT_ROOMS_SOURCE", "Json:/roomId");
    return environment;
  }

  /** A producer as any application has it; it chooses the partition itself. */
  public KafkaProducer<byte[], byte[]> producer() {
    return producer(Map.of());
  }

  /** The same with more of its properties set. */
  public KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put("bootstrap.servers", bootstrapServers);
    config.put("acks", "all");
    config.put("linger.ms", "1");
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
