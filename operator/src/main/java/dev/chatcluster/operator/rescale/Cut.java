package dev.chatcluster.operator.rescale;

import dev.chatcluster.operator.kafka.ControlTopic;
import dev.chatcluster.operator.kafka.Kafka;
import dev.chatcluster.operator.kafka.KafkaFailure;
import dev.chatcluster.operator.kafka.RouterGroup;
import dev.chatcluster.operator.rescale.Phase.Step;
import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.order.Barrier;
import dev.chatcluster.roomlog.position.LogId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From the intent to the published epoch. What is left of a cut that was interrupted is done again
 * from the fence on; several at once come to the same epoch, since everybody adopts what stands
 * first in the control log and in each partition.
 */
final class Cut {
  private static final Logger LOG = LoggerFactory.getLogger(Cut.class);

  private final Kafka kafka;
  private final String topic;
  private final ControlTopic control;
  private final java.util.function.Consumer<Step> taking;

  /**
   * A cut of {@code topic}.
   *
   * @param taking is told each step before it is taken
   */
  Cut(Kafka kafka, String topic, java.util.function.Consumer<Step> taking) {
    this.kafka = kafka;
    this.topic = topic;
    this.control = new ControlTopic(kafka, topic);
    this.taking = taking;
  }

  /**
   * Completes the cut that is in the log; if there is none, begins one.
   *
   * @param log as it was read just now
   * @param asked partitions that a new one is for
   * @return the log afterwards
   * @throws KafkaFailure when it is to be called again
   */
  ControlState run(ControlState log, int asked) {
    // All that is needed is connected first: from the intent on, rooms wait.
    try (Producer<byte[], byte[]> producer = kafka.producer();
        Consumer<byte[], byte[]> reader = control.reader();
        BarrierScan scan = new BarrierScan(kafka, topic)) {
      connect(producer);
      ControlState now = control.read(reader);
      boolean same =
          now.logId().equals(log.logId())
              && now.epochs().size() == log.epochs().size()
              && now.owned().equals(log.owned());
      if (!same) return now;
      if (now.cutting().isEmpty()) {
        int partitions = partitions(now);
        if (partitions < asked) return now;
        begin(now, asked, partitions, producer);
        now = control.read(reader);
      }
      if (now.cutting().isEmpty()) return now;
      complete(now, producer, scan);
      return control.read(reader);
    }
  }

  private void begin(
      ControlState log, int asked, int partitions, Producer<byte[], byte[]> producer) {
    taking.accept(Step.CUT);
    Epoch former = log.current().orElseThrow();
    CutStarted ours =
        new CutStarted(
            log.logId().orElseThrow(),
            former.number() + 1,
            asked,
            former.partitioning(),
            kafka.endOffsets(topic, partitions),
            UUID.randomUUID().toString());
    control.append(ours, producer);
  }

  private void complete(ControlState log, Producer<byte[], byte[]> producer, BarrierScan scan) {
    CutStarted cut = log.cutting().orElseThrow();
    Epoch former = log.current().orElseThrow();
    // Counted after the cut is known: a router of a partition that comes later sees the cut.
    int partitions = partitions(log);
    notFewer(partitions, Math.max(cut.partitions(), cut.hint().size()));
    notFewer(partitions, former.barriers().size());
    RouterGroup positions = new RouterGroup(kafka, topic);
    // First what is slow: moved rooms wait from their barrier to the epoch.
    taking.accept(Step.FENCE);
    new Routers(kafka, topic, cut.logId().uid()).fence(partitions);
    taking.accept(Step.POSITIONS);
    List<Long> offsets = positions.surely(cut.number(), partitions);
    if (!RouterGroup.believable(former, offsets)) {
      new LeftOpen(kafka, topic, cut.logId().uid()).abort(partitions, cut.number());
      offsets = found(former, offsets);
    }
    List<Long> routed = RouterGroup.positions(former, offsets);
    taking.accept(Step.BARRIERS);
    List<Long> barriers = scan.first(cut, write(Barrier.of(cut), partitions, producer));
    taking.accept(Step.PUBLISH);
    Epoch epoch = new Epoch(cut.number(), cut.partitions(), cut.partitioning(), barriers, routed);
    control.append(new EpochPublished(cut.logId(), epoch), producer);
  }

  /** Where routers came to, of whom offsets are missing or went back. */
  private List<Long> found(Epoch former, List<Long> offsets) {
    List<Long> least = RouterGroup.positions(former, offsets);
    List<Long> ends = kafka.endOffsets(topic, least.size());
    boolean nothingSince =
        IntStream.range(0, least.size())
            .filter(p -> !RouterGroup.believable(former, offsets, p))
            .allMatch(p -> ends.get(p) <= least.get(p));
    if (nothingSince) return least;
    LOG.info(
        "the offsets of {}'s routers are not all there, or went back: reading for copies", topic);
    return new CopyScan(kafka, topic).positions(former, least, ends);
  }

  private void connect(Producer<byte[], byte[]> producer) {
    try {
      producer.partitionsFor(topic);
    } catch (KafkaException e) {
      throw kafka.failure(e, "Write", Kafka.object(topic));
    }
  }

  /** Into all partitions at once, so that they are near to one another. */
  private List<Long> write(Barrier barrier, int partitions, Producer<byte[], byte[]> producer) {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (int p = 0; p < partitions; p++) sent.add(producer.send(barrier.record(topic, p)));
    producer.flush();
    List<Long> offsets = new ArrayList<>();
    for (Future<RecordMetadata> each : sent) {
      offsets.add(kafka.await("Write", Kafka.object(topic), each).offset());
    }
    return offsets;
  }

  /** A broker that has heard of fewer would leave partitions without a barrier and a fence. */
  private void notFewer(int told, int known) {
    if (told >= known) return;
    throw new KafkaFailure(
        Reason.KAFKA_UNREACHABLE,
        Kafka.object(topic),
        "a broker tells of "
            + told
            + " partitions of topic "
            + topic
            + ", which has had "
            + known
            + ": it has not heard of all yet, and is asked again");
  }

  private int partitions(ControlState log) {
    LogId id = log.logId().orElseThrow();
    TopicDescription found =
        kafka
            .describe(topic)
            .filter(there -> there.topicId().toString().equals(id.topicId()))
            .orElseThrow(
                () ->
                    new KafkaFailure(
                        Reason.TOPIC_RECREATED,
                        Kafka.object(topic),
                        "topic " + topic + " is not the one in which the log began"));
    return found.partitions().size();
  }
}
