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
   * The positions of partitions 0 to {@code count} - 1. One without an offset is where {@code
   * newest} found it: routers commit hourly at least, so it has not run since, unless all pods were
   * away for as long as Kafka keeps offsets (a week). One that is about to commit shows so too, but
   * none is once all are fenced.
   */
  public List<Long> positions(Epoch newest, int count) {
    Map<TopicPartition, OffsetAndMetadata> committed = kafka.stableCommitted(group);
    List<Long> positions = new ArrayList<>();
    for (int p = 0; p < count; p++) {
      long routed = p < newest.routed().size() ? newest.routed().get(p) : 0;
      OffsetAndMetadata offset = committed.get(new TopicPartition(topic, p));
      positions.add(offset == null ? routed : Math.max(routed, offset.offset()));
    }
    return List.copyOf(positions);
  }
}
