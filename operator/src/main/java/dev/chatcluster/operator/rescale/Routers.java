package dev.chatcluster.operator.rescale;

import dev.chatcluster.operator.kafka.Kafka;
import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.Epoch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The routers of a log as Kafka knows them: by their transactional ids, one a partition, and by the
 * offsets of their group. They run in the pods; here they are fenced and looked after.
 */
final class Routers {
  private final Kafka kafka;
  private final String topic;
  private final String uid;

  /** Those of the log {@code uid}. */
  Routers(Kafka kafka, String topic, String uid) {
    this.kafka = kafka;
    this.topic = topic;
    this.uid = uid;
  }

  /** Ends what the routers of partitions 0 to {@code count} - 1 have begun, for good. */
  void fence(int count) {
    kafka.fence(
        IntStream.range(0, count)
            .mapToObj(p -> Names.routerTransactionalId(topic, uid, p))
            .toList());
  }

  /** Fences those with a transaction that has been open for longer than that; returns their ids. */
  List<String> fenceFrozen(Duration longerThan) {
    List<String> frozen =
        kafka.openTransactions(
            Names.routerTransactionalId(topic, uid, 0).replaceAll("0$", ""), longerThan);
    if (!frozen.isEmpty()) kafka.fence(frozen);
    return frozen;
  }

  /**
   * The positions of all partitions, once no router can commit any more.
   *
   * <p>A router commits hourly at least, so that a missing offset means that it never ran since
   * {@code newest} was published, and is still where it was then. Only when all pods were away for
   * as long as Kafka keeps offsets (a week), and the cut comes before they do, could there be more:
   * the routers recover that from their copies when they start, so nobody cuts without pods.
   *
   * @param epoch to come; committed first, since a coordinator that takes a write is the current
   *     one
   */
  List<Long> positions(int epoch, Epoch newest, int count) {
    String group = Names.routerGroup(topic);
    kafka.commit(group, new TopicPartition(Names.controlTopic(topic), 0), epoch);
    return positions(kafka.stableCommitted(group), newest, count);
  }

  /** The same while they run: one that is about to commit shows as it was when the epoch began. */
  List<Long> positions(Epoch newest, int count) {
    return positions(kafka.stableCommitted(Names.routerGroup(topic)), newest, count);
  }

  private List<Long> positions(
      Map<TopicPartition, OffsetAndMetadata> committed, Epoch newest, int count) {
    List<Long> positions = new ArrayList<>();
    for (int p = 0; p < count; p++) {
      long routed = p < newest.routed().size() ? newest.routed().get(p) : 0;
      OffsetAndMetadata offset = committed.get(new TopicPartition(topic, p));
      positions.add(offset == null ? routed : Math.max(routed, offset.offset()));
    }
    return List.copyOf(positions);
  }
}
