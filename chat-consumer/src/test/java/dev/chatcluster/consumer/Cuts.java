package dev.chatcluster.consumer;

import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.ControlRecord;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.order.Barrier;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** The operator's and the routers' part of a rescale, one step at a time. Rooms are by Modulo. */
public final class Cuts implements AutoCloseable {
  private final String topic;
  private final int topicPartitions;
  private final LogId logId;
  private final Log control;
  private final Log data;
  private final Log router;
  private final Admin admin = Broker.admin();
  private int epoch;

  /**
   * Begins the log of a topic: its first epoch has {@code partitions}, perhaps not all there are.
   */
  public Cuts(String topic, int topicPartitions, int partitions) {
    this.topic = topic;
    this.topicPartitions = topicPartitions;
    String bootstrap = Broker.address();
    try {
      String id =
          admin
              .describeTopics(List.of(topic))
              .allTopicNames()
              .get()
              .get(topic)
              .topicId()
              .toString();
      logId = new LogId("uid-of-" + topic, id);
      admin
          .createTopics(
              List.of(new NewTopic(Names.controlTopic(topic), Optional.of(1), Optional.empty())))
          .all()
          .get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    control = new Log(bootstrap, Names.controlTopic(topic));
    data = new Log(bootstrap, topic);
    router = new Log(bootstrap, topic, Map.of("transactional.id", topic + ".router"));
    router.producer().initTransactions();
    append(new EpochPublished(logId, Epoch.first(partitions, Partitioning.MODULO)));
  }

  public LogId logId() {
    return logId;
  }

  private void append(ControlRecord record) {
    control.put(0, null, new String(record.toJson(), StandardCharsets.UTF_8));
  }

  /** The point of no return. */
  public CutStarted cut(int partitions) {
    CutStarted cut =
        new CutStarted(
            logId, epoch + 1, partitions, Partitioning.MODULO, ends(), "nonce-" + (epoch + 1));
    append(cut);
    return cut;
  }

  private List<Long> ends() {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (int p = 0; p < topicPartitions; p++) {
      asked.put(new TopicPartition(topic, p), OffsetSpec.latest());
    }
    try {
      var ends = admin.listOffsets(asked).all().get();
      return IntStream.range(0, topicPartitions)
          .mapToObj(p -> ends.get(new TopicPartition(topic, p)).offset())
          .toList();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The barriers of all partitions. */
  public List<Long> barriers(CutStarted cut) {
    List<Long> barriers = new ArrayList<>();
    for (int p = 0; p < topicPartitions; p++) {
      barriers.add(data.put(Barrier.of(cut).record(topic, p)));
    }
    return barriers;
  }

  /** Publishes the epoch. */
  public Epoch publish(CutStarted cut, List<Long> barriers, List<Long> routed) {
    Epoch next = new Epoch(cut.number(), cut.partitions(), cut.partitioning(), barriers, routed);
    append(new EpochPublished(logId, next));
    epoch = cut.number();
    return next;
  }

  /** All steps, where nothing waits to be routed. */
  public Epoch rescale(int partitions) {
    CutStarted cut = cut(partitions);
    List<Long> barriers = barriers(cut);
    return publish(cut, barriers, barriers);
  }

  /** A router's copy of a stray, to the partition of its room in the newest epoch. */
  public long route(int from, long offset, int to, String room, String value) {
    ProducerRecord<byte[], byte[]> copy = router.record(to, room, value);
    String source = from + ":" + offset + ":" + epoch;
    copy.headers().add(Names.FORWARD_HEADER, source.getBytes(StandardCharsets.UTF_8));
    router.producer().beginTransaction();
    long at = router.put(copy);
    router.producer().commitTransaction();
    return at;
  }

  @Override
  public void close() {
    control.close();
    data.close();
    router.close();
    admin.close();
  }
}
