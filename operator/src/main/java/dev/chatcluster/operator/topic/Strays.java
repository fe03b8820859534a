package dev.chatcluster.operator.topic;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatcluster.operator.kafka.Kafka;
import dev.chatcluster.operator.kafka.KafkaFailure;
import dev.chatcluster.operator.status.Advice;
import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.roomlog.Names;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** What the pods say, beside the offsets they commit, of records that lie in a wrong partition. */
final class Strays {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Strays() {}

  /**
   * A warning when there are any; it says so too when the operator may not know.
   *
   * @throws KafkaFailure when Kafka cannot tell now, for example while the coordinator moves
   */
  static Optional<Advice> look(Kafka kafka, String topic, String partitioning) {
    try {
      return advice(kafka.committed(Names.deliveryGroup(topic)), topic, partitioning);
    } catch (KafkaFailure e) {
      if (e.trouble().reason() != Reason.AUTHORIZATION_FAILED) throw e;
      return Optional.of(new Advice("StraysUnknown", e.trouble().message()));
    }
  }

  static Optional<Advice> advice(
      Map<TopicPartition, OffsetAndMetadata> committed, String topic, String partitioning) {
    Map<Integer, Long> strays = new TreeMap<>();
    committed.forEach(
        (partition, offset) -> {
          long count = offset == null ? 0 : count(offset.metadata());
          if (count > 0 && partition.topic().equals(topic)) {
            strays.put(partition.partition(), count);
          }
        });
    if (strays.isEmpty()) return Optional.empty();
    String where =
        strays.entrySet().stream()
            .map(
                e ->
                    "partition "
                        + e.getKey()
                        + " has met "
                        + e.getValue()
                        + (e.getValue() == 1 ? " record" : " records"))
            .collect(Collectors.joining(", "));
    return Optional.of(
        new Advice(
            "Strays",
            where
                + " whose room belongs to another partition since its pod started: each is"
                + " forwarded, which takes it a little longer; to spare it the way, let its"
                + " producer choose the partition as spec.rooms.partitioning ("
                + partitioning
                + ") does for as many partitions as status.partitions says, for example with "
                + TopicRules.ROOM_PARTITIONER));
  }

  private static long count(String metadata) {
    if (metadata == null || metadata.isEmpty()) return 0;
    try {
      JsonNode said = JSON.readTree(metadata);
      return said.path("v").asInt() == 1 ? said.path("strays").asLong() : 0;
    } catch (JacksonException notOurs) {
      return 0;
    }
  }
}
