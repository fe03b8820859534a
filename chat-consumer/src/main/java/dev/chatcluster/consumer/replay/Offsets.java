package dev.chatcluster.consumer.replay;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Where a partition's log begins and ends now, asked of Kafka without a thread waiting. */
public final class Offsets {
  private final Admin admin;
  private final String topic;

  /**
   * @param admin stays the caller's
   */
  public Offsets(Admin admin, String topic) {
    this.admin = admin;
    this.topic = topic;
  }

  /** The offset up to which everything is decided: nothing before it changes any more. */
  public CompletionStage<Long> stableEnd(int partition) {
    return ask(partition, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
  }

  /** The offset of the next record to be written. */
  public CompletionStage<Long> end(int partition) {
    return ask(partition, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
  }

  /** The offset of the oldest record that is kept. */
  public CompletionStage<Long> earliest(int partition) {
    return ask(partition, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
  }

  /** The offsets of the oldest records that are kept. */
  public CompletionStage<Map<Integer, Long>> earliest(Set<Integer> partitions) {
    Map<TopicPartition, OffsetSpec> asked =
        partitions.stream()
            .collect(
                Collectors.toMap(p -> new TopicPartition(topic, p), _ -> OffsetSpec.earliest()));
    return admin
        .listOffsets(asked)
        .all()
        .toCompletionStage()
        .thenApply(
            infos ->
                infos.entrySet().stream()
                    .collect(
                        Collectors.toMap(
                            each -> each.getKey().partition(), each -> each.getValue().offset())));
  }

  private CompletionStage<Long> ask(int partition, OffsetSpec which, IsolationLevel isolation) {
    TopicPartition asked = new TopicPartition(topic, partition);
    return admin
        .listOffsets(Map.of(asked, which), new ListOffsetsOptions(isolation))
        .partitionResult(asked)
        .toCompletionStage()
        .thenApply(info -> info.offset());
  }
}
