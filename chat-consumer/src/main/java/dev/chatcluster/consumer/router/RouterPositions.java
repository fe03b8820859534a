package dev.chatcluster.consumer.router;

import dev.chatcluster.roomlog.Names;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersResult.PartitionProducerState;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** F: how far each partition's router has come, as the router group says. Nothing here waits. */
public final class RouterPositions {
  private static final int TRIES = 5;

  private final Admin admin;
  private final String topic;
  private final String group;

  /**
   * @param admin stays the caller's
   */
  public RouterPositions(Admin admin, String topic) {
    this.admin = admin;
    this.topic = topic;
    group = Names.routerGroup(topic);
  }

  /**
   * The committed position; empty when there is none or a commit is on its way, which nobody can
   * tell apart from here.
   */
  public CompletableFuture<Optional<Long>> committed(int partition) {
    TopicPartition wanted = new TopicPartition(topic, partition);
    return future(
            admin
                .listConsumerGroupOffsets(
                    Map.of(
                        group, new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(wanted))),
                    new ListConsumerGroupOffsetsOptions().requireStable(true))
                .partitionsToOffsetAndMetadata(group)
                .toCompletionStage())
        .thenApply(all -> Optional.ofNullable(all.get(wanted)).map(OffsetAndMetadata::offset));
  }

  /**
   * The same, as it surely is while nobody commits: two answers that agree, with a write before
   * each. The write proves that the coordinator is the group's newest. The second one proves that
   * it was not loading in between: it reads then, from what it has loaded so far, but does not
   * write.
   */
  CompletableFuture<Optional<Long>> surelyCommitted(int partition) {
    return committedBehindAWrite(partition).thenCompose(first -> confirm(partition, first, TRIES));
  }

  private CompletableFuture<Optional<Long>> confirm(
      int partition, Optional<Long> before, int tries) {
    return committedBehindAWrite(partition)
        .thenCompose(
            now -> {
              if (now.equals(before)) return CompletableFuture.completedFuture(now);
              if (tries > 1) return confirm(partition, now, tries - 1);
              return CompletableFuture.failedFuture(
                  new KafkaException("group " + group + " says something else each time"));
            });
  }

  private CompletableFuture<Optional<Long>> committedBehindAWrite(int partition) {
    TopicPartition dummy = new TopicPartition(Names.controlTopic(topic), 0);
    return future(
            admin
                .alterConsumerGroupOffsets(group, Map.of(dummy, new OffsetAndMetadata(0)))
                .all()
                .toCompletionStage())
        .thenCompose(proved -> committed(partition));
  }

  /**
   * Where the producer of a transactional id has a transaction open, by the word of the partitions
   * 0 to {@code count} - 1, and the offset of its first record there. Fails while one of them has
   * no leader: those are the ones that Kafka leaves open, and a router that began without their
   * word could forward strays twice. See decision 0019.
   */
  CompletableFuture<Map<TopicPartition, Long>> open(String transactionalId, int count) {
    List<TopicPartition> partitions =
        IntStream.range(0, count).mapToObj(p -> new TopicPartition(topic, p)).toList();
    return future(
            admin
                .describeTransactions(List.of(transactionalId))
                .description(transactionalId)
                .toCompletionStage())
        .thenCompose(
            said ->
                future(admin.describeProducers(partitions).all().toCompletionStage())
                    .thenApply(states -> open(states, said.producerId())));
  }

  private static Map<TopicPartition, Long> open(
      Map<TopicPartition, PartitionProducerState> states, long producerId) {
    Map<TopicPartition, Long> open = new HashMap<>();
    states.forEach(
        (partition, state) ->
            state.activeProducers().stream()
                .filter(each -> each.producerId() == producerId)
                .flatMapToLong(each -> each.currentTransactionStartOffset().stream())
                .forEach(start -> open.put(partition, start)));
    return open;
  }

  /** The offset behind the last record, decided or not. */
  public CompletableFuture<Long> end(int partition) {
    return offset(partition, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
  }

  /** The offset behind the last record that is decided. */
  CompletableFuture<Long> stableEnd(int partition) {
    return offset(partition, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
  }

  /** The offset of the first record that is still there. */
  CompletableFuture<Long> beginning(int partition) {
    return offset(partition, OffsetSpec.earliest(), IsolationLevel.READ_COMMITTED);
  }

  private CompletableFuture<Long> offset(
      int partition, OffsetSpec which, IsolationLevel isolation) {
    TopicPartition wanted = new TopicPartition(topic, partition);
    return future(
            admin
                .listOffsets(Map.of(wanted, which), new ListOffsetsOptions(isolation))
                .partitionResult(wanted)
                .toCompletionStage())
        .thenApply(found -> found.offset());
  }

  private static <T> CompletableFuture<T> future(CompletionStage<T> stage) {
    return stage.toCompletableFuture();
  }
}
