package dev.chatcluster.operator.rescale;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterSpec;
import dev.chatcluster.operator.rescale.Phase.Cutting;
import dev.chatcluster.operator.rescale.Phase.Leaving;
import dev.chatcluster.operator.rescale.Phase.Preparing;
import dev.chatcluster.operator.rescale.Phase.Stable;
import dev.chatcluster.operator.rescale.Phase.Step;
import dev.chatcluster.operator.rescale.Phase.Wait;
import dev.chatcluster.operator.status.TopicFacts;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.room.Partitioning;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * All that decides what comes next; a value.
 *
 * @param log what the control topic says, at least epoch 0
 * @param asked {@code spec.partitions}
 * @param mayBegin whether a cut may be begun; one that is in the log goes on in any case
 * @param topicPartitions of the topic in Kafka
 * @param deployed partitions that have a Deployment, and whether one of its pods is ready
 * @param refreshed when all producers have seen that the topic grew; empty when it has not
 */
public record Situation(
    ControlState log,
    int asked,
    boolean mayBegin,
    int topicPartitions,
    Map<Integer, Boolean> deployed,
    Optional<Instant> refreshed) {

  /** For producers that refresh their metadata every five minutes, Kafka's default. */
  private static final String FIVE_MINUTES_AND_SOME = "5m30s";

  /**
   * The situation of a ChatCluster whose log is known.
   *
   * @param facts as they were found just now
   * @param deployed partitions that have a Deployment, and whether one of its pods is ready
   */
  public static Situation of(
      ChatCluster cluster,
      TopicFacts facts,
      ControlState log,
      boolean mayBegin,
      Map<Integer, Boolean> deployed) {
    Optional<Instant> grown = Optional.ofNullable(facts.topic().grown()).map(Instant::parse);
    return new Situation(
        log,
        cluster.getSpec().partitions(),
        mayBegin,
        facts.topic().partitions(),
        deployed,
        grown.map(at -> at.plus(producerRefresh(cluster.getSpec()))));
  }

  /** Producers without a partitioner of their own choose by the size of the topic. */
  private static Duration producerRefresh(ChatClusterSpec spec) {
    String given = spec.rescale().producerRefresh();
    boolean byTopic = spec.rooms().partitioning().equals(Partitioning.KAFKA_DEFAULT.apiName());
    String refresh = given != null ? given : byTopic ? FIVE_MINUTES_AND_SOME : "0s";
    return Duration.parse("PT" + refresh);
  }

  /** The same after the control log was read again. */
  Situation with(ControlState newer) {
    return new Situation(newer, asked, mayBegin, topicPartitions, deployed, refreshed);
  }

  /** The phase at that time. */
  public Phase phase(Instant now) {
    Epoch current = log.current().orElseThrow();
    int served = current.partitions();
    if (log.cutting().isPresent()) {
      CutStarted cut = log.cutting().get();
      return new Cutting(cut.number(), served, cut.partitions(), Step.FENCE);
    }
    if (asked != served && mayBegin) {
      List<Wait> waits = waits(served, now);
      return waits.isEmpty()
          ? new Cutting(current.number() + 1, served, asked, Step.CUT)
          : new Preparing(served, asked, waits);
    }
    // What waits to begin keeps the pods that are there for it.
    int kept = Math.max(served, asked);
    List<Integer> leaving = deployed.keySet().stream().filter(p -> p >= kept).sorted().toList();
    return leaving.isEmpty()
        ? new Stable(current.number(), served)
        : new Leaving(current.number(), served, leaving);
  }

  private List<Wait> waits(int served, Instant now) {
    if (topicPartitions < asked) return List.of(new Wait.Topic(asked));
    List<Wait> waits = new ArrayList<>();
    List<Integer> missing =
        IntStream.range(served, asked)
            .filter(p -> !deployed.getOrDefault(p, false))
            .boxed()
            .toList();
    if (!missing.isEmpty()) waits.add(new Wait.Pods(missing));
    refreshed.filter(now::isBefore).map(Wait.Producers::new).ifPresent(waits::add);
    return waits;
  }
}
