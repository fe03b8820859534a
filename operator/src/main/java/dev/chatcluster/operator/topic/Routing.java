package dev.chatcluster.operator.topic;

import dev.chatcluster.operator.kafka.Kafka;
import dev.chatcluster.operator.kafka.RouterGroup;
import dev.chatcluster.operator.status.Advice;
import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.operator.status.Trouble;
import dev.chatcluster.roomlog.epoch.Epoch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether routers are so far behind that Kafka's retention comes near what they have not passed.
 *
 * @param expired partitions in which it has come by it
 * @param near those in which a tenth of the time is over
 */
record Routing(List<Integer> expired, List<Integer> near) {
  private static final int TENTH = 10;

  /** Looks at the topic in the newest epoch. */
  static Routing look(
      Kafka kafka, String topic, int count, Epoch newest, Map<String, String> config, Instant now) {
    List<Long> positions = new RouterGroup(kafka, topic).positions(newest, count);
    long retention = Long.parseLong(config.getOrDefault("retention.ms", "-1"));
    List<Long> young = List.of();
    if (retention > 0) {
      Instant since = now.minus(Duration.ofMillis(retention / TENTH));
      young = kafka.offsetsSince(topic, count, since);
    }
    return of(positions, kafka.startOffsets(topic, count), young, kafka.endOffsets(topic, count));
  }

  /**
   * Compares them, partition by partition.
   *
   * @param young the first record that is young enough, -1 where none is; empty for no time limit
   */
  static Routing of(List<Long> positions, List<Long> starts, List<Long> young, List<Long> ends) {
    List<Integer> expired = new ArrayList<>();
    List<Integer> near = new ArrayList<>();
    for (int p = 0; p < positions.size(); p++) {
      long position = positions.get(p);
      if (position < starts.get(p)) {
        expired.add(p);
      } else if (!young.isEmpty()) {
        long first = young.get(p) < 0 ? ends.get(p) : young.get(p);
        if (position < first) near.add(p);
      }
    }
    return new Routing(expired, near);
  }

  Optional<Advice> advice() {
    if (near.isEmpty()) return Optional.empty();
    return Optional.of(
        new Advice(
            "RoutingFallsBehind",
            "the routers of the partitions "
                + near
                + " have not passed records that are older than a tenth of the topic's retention:"
                + " once Kafka removes them, those in a wrong partition are lost; get the pods of"
                + " these partitions ready"));
  }

  List<Trouble> troubles(String topic) {
    return expired.stream()
        .map(
            p ->
                new Trouble(
                    Reason.STRAYS_EXPIRED,
                    p,
                    Kafka.object(topic),
                    "Kafka has removed records of partition "
                        + p
                        + " that its router had not passed: those of rooms of other partitions are"
                        + " lost; get its pods ready, and raise the retention of topic "
                        + topic))
        .toList();
  }
}
