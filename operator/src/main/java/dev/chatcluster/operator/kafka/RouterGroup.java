package dev.chatcluster.operator.kafka;

import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.Epoch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The consumer group whose offsets say how far each partition's router has come. */
public final class RouterGroup {
  private static final int TRIES = 5;

  private final Kafka kafka;
  private final String topic;
  private final String group;

  /** That of the data topic {@code topic}. */
  public RouterGroup(Kafka kafka, String topic) {
    this.kafka = kafka;
    this.topic = topic;
    this.group = Names.routerGroup(topic);
  }

  /**
   * The offsets of partitions 0 to {@code count} - 1, null where there is none or it is not
   * decided, as they surely are while all routers are fenced: two answers that agree, with a write
   * before each. The write proves that the coordinator is the group's newest. The second one proves
   * that it was not loading in between: it reads then, from what it has loaded so far, but does not
   * write.
   *
   * @param epoch its number is what is written
   */
  public List<Long> surely(int epoch, int count) {
    return agreed(epoch, () -> offsets(count));
  }

  /** The same of one partition, whose router is not at work while others may be. */
  public Optional<Long> surelyOf(int epoch, int partition) {
    return agreed(epoch, () -> Optional.ofNullable(offsets(partition + 1).get(partition)));
  }

  private <T> T agreed(int epoch, Supplier<T> answer) {
    T before = null;
    for (int i = 0; i < TRIES; i++) {
      kafka.commit(group, new TopicPartition(Names.controlTopic(topic), 0), epoch);
      T now = answer.get();
      if (now.equals(before)) return now;
      before = now;
    }
    throw new KafkaFailure(
        Reason.KAFKA_ERROR,
        "Group/" + group,
        "the coordinator of group " + group + " says something else each time it is asked");
  }

  private List<Long> offsets(int count) {
    Map<TopicPartition, OffsetAndMetadata> committed = kafka.stableCommitted(group);
    List<Long> offsets = new ArrayList<>();
    for (int p = 0; p < count; p++) {
      OffsetAndMetadata offset = committed.get(new TopicPartition(topic, p));
      offsets.add(offset == null ? null : (Long) offset.offset());
    }
    return offsets;
  }

  /** Whether each offset is there, and not before where {@code newest} found it. */
  public static boolean believable(Epoch newest, List<Long> offsets) {
    return IntStream.range(0, offsets.size()).allMatch(p -> believable(newest, offsets, p));
  }

  /** The same of one partition. */
  public static boolean believable(Epoch newest, List<Long> offsets, int partition) {
    Long offset = offsets.get(partition);
    return offset != null && offset >= routed(newest, partition);
  }

  private static long routed(Epoch newest, int partition) {
    return partition < newest.routed().size() ? newest.routed().get(partition) : 0;
  }

  /**
   * The positions of partitions 0 to {@code count} - 1. One without an offset, or with one that is
   * about to be committed, is where {@code newest} found it.
   */
  public List<Long> positions(Epoch newest, int count) {
    return positions(newest, offsets(count));
  }

  /** The same of offsets that were asked for. */
  public static List<Long> positions(Epoch newest, List<Long> offsets) {
    List<Long> positions = new ArrayList<>();
    for (int p = 0; p < offsets.size(); p++) {
      long routed = routed(newest, p);
      positions.add(offsets.get(p) == null ? routed : Math.max(routed, offsets.get(p)));
    }
    return List.copyOf(positions);
  }
}
