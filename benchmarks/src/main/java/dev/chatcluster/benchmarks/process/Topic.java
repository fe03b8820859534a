package dev.chatcluster.benchmarks.process;

import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A data topic with its control topic. */
public record Topic(String bootstrapServers, String name) {
  /** Creates both as the operator leaves them. */
  public static Topic create(Broker broker, String name, int partitions, Partitioning partitioning)
      throws Exception {
    Topic topic = new Topic(broker.bootstrapServers(), name);
    try (Admin admin = topic.admin();
        KafkaProducer<byte[], byte[]> producer = topic.producer()) {
      String control = Names.controlTopic(name);
      admin
          .createTopics(
              List.of(
                  new NewTopic(name, partitions, (short) 1),
                  new NewTopic(control, 1, (short) 1).configs(Map.of("retention.ms", "-1"))))
          .all()
          .get();
      String id =
          admin.describeTopics(List.of(name)).allTopicNames().get().get(name).topicId().toString();
      EpochPublished first =
          new EpochPublished(
              new LogId(UUID.randomUUID().toString(), id), Epoch.first(partitions, partitioning));
      producer.send(new ProducerRecord<>(control, 0, null, first.toJson())).get();
    }
    return topic;
  }

  public Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", bootstrapServers));
  }

  /** A producer that sends at once. */
  public KafkaProducer<byte[], byte[]> producer() {
    return producer(Map.of("linger.ms", "0"));
  }

  public KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("bootstrap.servers", bootstrapServers);
    return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
