package dev.chatcluster.roomlog.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class RoomPartitionerTest {
  @Test
  void itsCountComesFromItsConfigurationNotFromTheTopic() throws Exception {
    RoomPartitioner partitioner = configured(RoomPartitioner.PARTITIONS, "3");
    try (var producer =
        new MockProducer<>(
            topicOf(8), true, partitioner, new StringSerializer(), new StringSerializer())) {
      for (int room = 0; room < 100; room++) {
        int partition =
            producer.send(new ProducerRecord<>("chat", "room-" + room, "hi")).get().partition();
        assertThat(partition).isEqualTo(Partitioning.KAFKA_DEFAULT.partition("room-" + room, 3));
      }
    }
  }

  @Test
  void theSeedsProducerSendsToRoomIdModuloThree() throws Exception {
    RoomPartitioner partitioner =
        configured(
            RoomPartitioner.PARTITIONS, 3,
            RoomPartitioner.PARTITIONING, "Modulo",
            RoomPartitioner.SOURCE, "Json:/roomId");
    try (var producer =
        new MockProducer<>(
            topicOf(3), true, partitioner, new StringSerializer(), new StringSerializer())) {
      assertThat(
              producer
                  .send(new ProducerRecord<>("chat", "4", "{\"_id\":\"4\",\"roomId\":7}"))
                  .get()
                  .partition())
          .isEqualTo(1);
      assertThatThrownBy(() -> producer.send(new ProducerRecord<>("chat", "4", "{}")))
          .hasMessageContaining("NO_FIELD")
          .hasMessageContaining("Json:/roomId");
    }
  }

  @Test
  void aWrongSettingIsToldWithItsNameAndWhatIsWanted() {
    assertThatThrownBy(() -> configured())
        .hasMessageContaining(RoomPartitioner.PARTITIONS)
        .hasMessageContaining("1 or more");
    assertThatThrownBy(() -> configured(RoomPartitioner.PARTITIONS, "0"))
        .hasMessageContaining(RoomPartitioner.PARTITIONS);
    assertThatThrownBy(
            () -> configured(RoomPartitioner.PARTITIONS, "3", RoomPartitioner.PARTITIONING, "Mod"))
        .hasMessageContaining("KafkaDefault, Modulo, Jump");
    assertThatThrownBy(
            () -> configured(RoomPartitioner.PARTITIONS, "3", RoomPartitioner.SOURCE, "Header:r"))
        .hasMessageContaining("not shown headers");
  }

  private static RoomPartitioner configured(Object... settings) {
    Map<String, Object> configs = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) configs.put((String) settings[i], settings[i + 1]);
    RoomPartitioner partitioner = new RoomPartitioner();
    partitioner.configure(configs);
    return partitioner;
  }

  private static Cluster topicOf(int partitions) {
    Node node = new Node(1, "localhost", 9092);
    Node[] nodes = {node};
    return new Cluster(
        "cluster",
        java.util.List.of(node),
        IntStream.range(0, partitions)
            .mapToObj(p -> new PartitionInfo("chat", p, node, nodes, nodes))
            .toList(),
        java.util.Set.of(),
        java.util.Set.of());
  }
}
