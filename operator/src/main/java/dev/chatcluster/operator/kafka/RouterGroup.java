package dev.chatcluster.operator.kafka;

import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.Epoch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The consumer group whose offsets say how far each partition's router has come. */
public final class RouterGroup {
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
   * Commits the number of an epoch beside the positions: the coordinator that takes it is the
   * current one, and so is what it then says.
   */
  public void proveCurrent(int epoch) {
    kafka.commit(group, new TopicPartition(Names.controlTopic(topic), 0), epoch);
  }

  /**
   * Whether the offsets of partitions 0 to {@code count} - 1 can be believed, once all routers are
   * fenced: each is there, decided, and not before where {@code newest} found it. A coordinator may
   * show others after its broker was killed.
   */
  public boolean believable(Epoch newest, int count) {
    Map<TopicPartition, OffsetAndMetadata> committed = kafka.stableCommitted(group);
    for (int p = 0; p < count; p++) {
      OffsetAndMetadata offset = committed.get(new TopicPartition(topic, p));
      if (offset == null || offset.offset() < routed(newest, p)) return false;
    }
    return true;
  }

  private static long routed(Epoch newest, int partition) {
    return partition < newest.routed().size() ? newest.routed().get(partition) : 0;
  }

  /**
   * The positions of partitions 0 to {@code count} - 1. One without an offset, or with one that is
   * about to be committed, is where {@code newest} found it.
   */
  public List<Long> positions(Epoch newest, int count) {
    Map<TopicPartition, OffsetAndMetadata> committed = kafka.stableCommitted(group);
    List<Long> positions = new ArrayList<>();
    for (int p = 0; p < count; p++) {
      long routed = routed(newest, p);
      OffsetAndMetadata offset = committed.get(new TopicPartition(topic, p));
      positions.add(offset == null ? routed : Math.max(routed, offset.offset()));
    }
    return List.copyOf(positions);
  }
}
