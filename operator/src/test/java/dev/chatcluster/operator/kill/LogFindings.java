package dev.chatcluster.operator.kill;

import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.ControlRecord;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.order.Barrier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What is wrong with the log of one topic. */
final class LogFindings {
  private LogFindings() {}

  /** In sentences; empty when its newest epoch has that many partitions and all epochs hold. */
  static List<String> of(String topic, int wanted, String brokers) {
    List<String> findings = new ArrayList<>();
    ControlState log = ControlState.EMPTY;
    Map<Integer, CutStarted> cuts = new HashMap<>();
    for (var record : records(Names.controlTopic(topic), 1, brokers)) {
      log = log.apply(ControlRecord.parse(record.value()));
      log.cutting().ifPresent(cut -> cuts.put(cut.number(), cut));
    }
    if (log.epochs().isEmpty()) return List.of("the log of " + topic + " has no epoch");
    if (log.cutting().isPresent()) findings.add("a cut of " + topic + " was not completed");
    Epoch newest = log.current().orElseThrow();
    if (newest.partitions() != wanted) {
      findings.add(topic + " has an epoch of " + newest.partitions() + " instead of " + wanted);
    }
    int most = log.epochs().stream().mapToInt(e -> e.barriers().size()).max().orElseThrow();
    Map<String, Long> barriers = new HashMap<>();
    for (var record : records(topic, most, brokers)) {
      Barrier.read(record.key(), record.headers(), record.value())
          .filter(b -> cuts.containsKey(b.number()) && b.isOf(cuts.get(b.number())))
          .ifPresent(
              b -> barriers.putIfAbsent(b.number() + "/" + record.partition(), record.offset()));
    }
    for (Epoch epoch : log.epochs().subList(1, log.epochs().size())) {
      for (int p = 0; p < epoch.barriers().size(); p++) {
        Long first = barriers.get(epoch.number() + "/" + p);
        if (!epoch.barriers().get(p).equals(first)) {
          findings.add(
              "epoch %d of %s says barrier %d in partition %d, the first is at %d"
                  .formatted(epoch.number(), topic, epoch.barriers().get(p), p, first));
        }
      }
    }
    return findings;
  }

  private static List<ConsumerRecord<byte[], byte[]>> records(
      String topic, int partitions, String brokers) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", brokers, "allow.auto.create.topics", false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> all = new ArrayList<>();
      for (int p = 0; p < partitions; p++) all.add(new TopicPartition(topic, p));
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (all.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }
}
