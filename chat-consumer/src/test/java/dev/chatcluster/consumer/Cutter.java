package dev.chatcluster.consumer;

import dev.chatcluster.consumer.control.ControlLog;
import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.ControlRecord;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.order.Barrier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Rescales as the operator does, one step at a time. */
public final class Cutter implements AutoCloseable {
  private final Admin admin = Broker.admin();
  private final String topic;
  private final ControlLog control;
  private final Log data;
  private final Log controlTopic;
  private CutStarted cut;
  private List<Long> routed;
  private List<Long> barriers;

  public Cutter(String topic, ControlLog control) {
    this.topic = topic;
    this.control = control;
    data = new Log(Broker.address(), topic);
    controlTopic = new Log(Broker.address(), Names.controlTopic(topic));
  }

  /** All steps. */
  public Topology rescale(int count) {
    grow(count);
    cut(count);
    fence();
    readRouted();
    barriers();
    return publish();
  }

  public void grow(int count) {
    if (count <= control.catchUp().join().topicPartitions()) return;
    try {
      admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(count))).all().get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    org.awaitility.Awaitility.await()
        .until(() -> control.topology().topicPartitions() == count && ends().size() == count);
  }

  public void cut(int count) {
    Topology now = control.catchUp().join();
    cut =
        new CutStarted(
            now.logId(),
            now.epochs().size(),
            count,
            now.current().partitioning(),
            ends(),
            UUID.randomUUID().toString());
    append(cut);
  }

  public void fence() {
    try {
      for (int p = 0; p < cut.hint().size(); p++) {
        admin
            .fenceProducers(List.of(Names.routerTransactionalId(topic, cut.logId().uid(), p)))
            .all()
            .get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  public List<Long> readRouted() {
    Epoch before = control.topology().current();
    Map<TopicPartition, OffsetAndMetadata> committed;
    try {
      committed =
          admin
              .listConsumerGroupOffsets(
                  Names.routerGroup(topic),
                  new ListConsumerGroupOffsetsOptions().requireStable(true))
              .partitionsToOffsetAndMetadata()
              .get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    routed = new ArrayList<>();
    for (int p = 0; p < cut.hint().size(); p++) {
      OffsetAndMetadata position = committed.get(new TopicPartition(topic, p));
      long none = p < before.routed().size() ? before.routed().get(p) : 0;
      routed.add(position == null ? none : position.offset());
    }
    return routed;
  }

  public List<Long> barriers() {
    barriers = new ArrayList<>();
    for (int p = 0; p < cut.hint().size(); p++) {
      barriers.add(data.put(Barrier.of(cut).record(topic, p)));
    }
    return barriers;
  }

  public Topology publish() {
    Epoch epoch = new Epoch(cut.number(), cut.partitions(), cut.partitioning(), barriers, routed);
    append(new EpochPublished(cut.logId(), epoch));
    return control.catchUp().join();
  }

  private void append(ControlRecord record) {
    controlTopic.put(0, null, new String(record.toJson(), StandardCharsets.UTF_8));
  }

  private List<Long> ends() {
    try {
      int count =
          admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
      List<Long> ends = new ArrayList<>();
      for (int p = 0; p < count; p++) {
        TopicPartition partition = new TopicPartition(topic, p);
        ends.add(
            admin
                .listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .get()
                .offset());
      }
      return ends;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    data.close();
    controlTopic.close();
    admin.close();
  }
}
