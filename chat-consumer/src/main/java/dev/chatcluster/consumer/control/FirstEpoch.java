package dev.chatcluster.consumer.control;

import dev.chatcluster.consumer.config.ConsumerConfig;
import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.position.LogId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins a log where there is no operator to do it. Several may offer a first epoch at once: the
 * one that lies first in the control topic counts, for its writer too.
 */
final class FirstEpoch {
  private static final Logger LOG = LoggerFactory.getLogger(FirstEpoch.class);

  private final ConsumerConfig config;
  private final Admin admin;
  private final ControlAppends appends;

  FirstEpoch(ConsumerConfig config, Admin admin, ControlAppends appends) {
    this.config = config;
    this.admin = admin;
    this.appends = appends;
  }

  void createControlTopic() throws InterruptedException {
    NewTopic topic =
        new NewTopic(Names.controlTopic(config.topic()), Optional.of(1), Optional.empty())
            .configs(
                Map.of(
                    "cleanup.policy", "delete",
                    "retention.ms", "-1",
                    "retention.bytes", "-1"));
    try {
      AdminCalls.await(admin.createTopics(List.of(topic)).all());
      LOG.info("created topic {}", topic.name());
    } catch (TopicExistsException another) {
      LOG.debug("another process was first to create {}", topic.name());
    }
  }

  void offer(TopicDescription data) throws InterruptedException {
    List<Long> ends = endOffsets(data);
    int count = data.partitions().size();
    boolean empty = ends.stream().allMatch(end -> end == 0);
    Epoch epoch =
        empty
            ? Epoch.first(count, config.partitioning())
            : Epoch.adopting(count, config.partitioning(), ends);
    LogId logId = new LogId(UUID.randomUUID().toString(), data.topicId().toString());
    append(new EpochPublished(logId, epoch));
  }

  private List<Long> endOffsets(TopicDescription data) throws InterruptedException {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    for (var partition : data.partitions()) {
      wanted.put(new TopicPartition(data.name(), partition.partition()), OffsetSpec.latest());
    }
    Map<TopicPartition, ListOffsetsResultInfo> ends =
        AdminCalls.await(admin.listOffsets(wanted).all());
    return IntStream.range(0, data.partitions().size())
        .mapToObj(p -> ends.get(new TopicPartition(data.name(), p)).offset())
        .toList();
  }

  private void append(EpochPublished first) throws InterruptedException {
    try {
      appends.append(first).get();
    } catch (ExecutionException e) {
      throw new KafkaException("The first epoch was not written", e.getCause());
    }
  }
}
