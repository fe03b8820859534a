package dev.chatcluster.consumer.router;

import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.roomlog.order.CopyHeader;
import dev.chatcluster.roomlog.order.RoomLog;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a router goes on whose committed position cannot be believed: none was committed yet, Kafka
 * forgot it, or it went back. Strays are routed in order, together with the position, so it is
 * behind the last one whose copy is anywhere.
 */
final class LostPosition {
  private static final Logger LOG = LoggerFactory.getLogger(LostPosition.class);

  private final RouterSetup setup;
  private final int partition;
  private final Topology topology;
  private final BooleanSupplier wanted;
  private long end;
  private long found;

  /**
   * For the only valid router of {@code partition}.
   *
   * @param topology whose newest epoch it routes under
   * @param least that it must be
   * @param wanted whether anybody still waits for it
   */
  LostPosition(
      RouterSetup setup, int partition, Topology topology, long least, BooleanSupplier wanted) {
    this.setup = setup;
    this.partition = partition;
    this.topology = topology;
    this.wanted = wanted;
    found = least;
  }

  /**
   * Reads for it.
   *
   * @throws KafkaException when nobody wants it any more
   */
  long find() throws InterruptedException {
    end = Answer.of(setup.positions().end(partition));
    if (end > found) scan();
    return found;
  }

  private void scan() throws InterruptedException {
    Map<TopicPartition, Long> from = new HashMap<>();
    Map<TopicPartition, Long> to = new HashMap<>();
    for (int target = 0; target < topology.topicPartitions(); target++) {
      // Not the stable end: another's open transaction may lie before copies that are committed.
      long end = Answer.of(setup.positions().end(target));
      long start = Math.max(begins(target), Answer.of(setup.positions().beginning(target)));
      if (start >= end) continue;
      from.put(new TopicPartition(setup.topic(), target), start);
      to.put(new TopicPartition(setup.topic(), target), end);
    }
    LOG.info(
        "the router of partition {} has no position in group {}.router that is {} or further:"
            + " reading {} for its copies",
        partition,
        setup.topic(),
        found,
        from);
    try (StrayReader reader =
        new StrayReader(setup.kafka(), setup.pod() + "-lost", partition).from(from)) {
      Set<TopicPartition> left = new HashSet<>(from.keySet());
      while (!left.isEmpty()) {
        reader.poll(
            Duration.ofMillis(500),
            record -> CopyHeader.read(record.headers()).ifPresent(this::heed));
        left.removeIf(each -> reader.position(each) >= to.get(each));
        if (!wanted.getAsBoolean()) throw new KafkaException("another epoch came meanwhile");
      }
    }
  }

  /** Where the first copy of the newest epoch may lie. */
  private long begins(int target) {
    RoomLog log = topology.log();
    int newest = log.newest();
    return newest == 0 ? log.routed(0, target) : log.barrier(newest, target);
  }

  /** A header may be anybody's: none leads behind the end. */
  private void heed(CopyHeader copy) {
    boolean ours = copy.partition() == partition && copy.epoch() == topology.log().newest();
    if (ours && copy.offset() < end) found = Math.max(found, copy.offset() + 1);
  }
}
