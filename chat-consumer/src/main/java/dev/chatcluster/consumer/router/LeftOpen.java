package dev.chatcluster.consumer.router;

import dev.chatcluster.roomlog.order.CopyHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * What Kafka has left open of a router's earlier transactions though all of them are decided: a
 * coordinator leaves out the markers of partitions that have no leader at that moment. The router's
 * next transaction that writes to such a partition would end the former one there as it ends
 * itself, so a router that has begun after one that was not committed forwards its strays twice.
 */
final class LeftOpen {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final RouterSetup setup;
  private final int partition;

  /** Of the router of {@code partition}, which is the only valid one. */
  LeftOpen(RouterSetup setup, int partition) {
    this.setup = setup;
    this.partition = partition;
  }

  /**
   * Whether this router may begin.
   *
   * @param open where its transactional id has a transaction open, and from which offset on
   * @param position that is committed
   * @throws KafkaException when something is open that was not committed: an operator aborts it
   */
  void check(Map<TopicPartition, Long> open, Optional<Long> position) {
    open.forEach(
        (where, start) -> {
          OptionalLong first = firstStray(where, start);
          boolean committed =
              position.isPresent() && first.isPresent() && first.getAsLong() < position.get();
          if (!committed) {
            throw new KafkaException(
                "Kafka has left a transaction of this router open in "
                    + where
                    + " from offset "
                    + start
                    + " on; the router goes on once the operator has aborted it");
          }
        });
  }

  /** The offset of the stray whose copy the transaction begins with. */
  private OptionalLong firstStray(TopicPartition where, long start) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (StrayReader reader =
        StrayReader.ofAll(setup.kafka(), setup.pod() + "-open", partition)
            .from(Map.of(where, start))) {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (records.isEmpty() && reader.position(where) <= start) {
        if (System.nanoTime() > end) throw new TimeoutException(where + " cannot be read");
        reader.poll(Duration.ofMillis(100), records::add);
      }
    }
    return records.stream()
        .limit(1)
        .flatMap(each -> CopyHeader.read(each.headers()).stream())
        .filter(copy -> copy.partition() == partition)
        .mapToLong(CopyHeader::offset)
        .findFirst();
  }
}
