package dev.chatcluster.consumer;

import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.order.RoomLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Everything that is committed in a topic, and the rooms' logs by their definition. */
public final class WholeLog {
  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
  private final RoomLog log;

  private WholeLog(Topology topology) {
    log = topology.log();
  }

  public static WholeLog read(String topic, Topology topology) {
    WholeLog whole = new WholeLog(topology);
    Map<String, Object> properties =
        Map.of("bootstrap.servers", Broker.address(), "isolation.level", "read_committed");
    try (var consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> all = new ArrayList<>();
      for (int p = 0; p < topology.topicPartitions(); p++) all.add(new TopicPartition(topic, p));
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      Set<TopicPartition> left = new HashSet<>(all);
      while (!left.isEmpty()) {
        consumer.poll(Duration.ofMillis(100)).forEach(whole.records::add);
        left.removeIf(each -> consumer.position(each) >= ends.get(each));
      }
    }
    return whole;
  }

  /** The values of a room's log. */
  public List<String> of(String room) {
    List<String> values = new ArrayList<>();
    for (int k = 0; k <= log.newest(); k++) {
      for (ConsumerRecord<byte[], byte[]> each : records) {
        if (each.partition() == log.owner(k, room)
            && room.equals(key(each))
            && log.home(room, each.partition(), each.offset()) == k) {
          values.add(new String(each.value(), StandardCharsets.UTF_8));
        }
      }
    }
    return values;
  }

  /** All forwarded copies. */
  public List<ConsumerRecord<byte[], byte[]>> copies() {
    return records.stream()
        .filter(each -> each.headers().lastHeader(Names.FORWARD_HEADER) != null)
        .toList();
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
  }
}
