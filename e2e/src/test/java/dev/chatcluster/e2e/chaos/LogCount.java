package dev.chatcluster.e2e.chaos;

import dev.chatcluster.e2e.chaos.check.Message;
import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.ControlRecord;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.order.RoomLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What a run was made of, counted in the log itself by the protocol's definitions. For the report
 * and for those who look for a fault: the verdict knows nothing of it.
 */
final class LogCount {
  private RoomLog log;
  private int down;
  private long strays;
  private long copies;
  private long residue;

  private LogCount() {}

  /**
   * Reads both topics.
   *
   * @param shown rooms whose records are written down one by one, with the epochs
   * @param folder where to
   */
  static LogCount of(String bootstrapServers, String topic, Set<Integer> shown, Path folder)
      throws IOException {
    Map<String, Object> config =
        Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed");
    LogCount count = new LogCount();
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(folder.resolve("records.txt")));
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      count.readEpochs(consumer, Names.controlTopic(topic), out);
      for (int p = 0; p < consumer.partitionsFor(topic).size(); p++) {
        read(consumer, new TopicPartition(topic, p), r -> count.take(r, shown, out));
      }
    }
    return count;
  }

  private void readEpochs(KafkaConsumer<byte[], byte[]> consumer, String topic, PrintWriter out) {
    ControlState[] state = {ControlState.EMPTY};
    read(
        consumer,
        new TopicPartition(topic, 0),
        record -> {
          out.printf(
              "%d %s %s%n",
              record.timestamp(),
              record.offset(),
              new String(record.value(), StandardCharsets.UTF_8));
          state[0] = state[0].apply(ControlRecord.parse(record.value()));
        });
    List<Epoch> epochs = state[0].epochs();
    log = RoomLog.of(epochs);
    for (int k = 1; k < epochs.size(); k++) {
      if (epochs.get(k).partitions() < epochs.get(k - 1).partitions()) down++;
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record, Set<Integer> shown, PrintWriter out) {
    if (record.headers().lastHeader(Names.CONTROL_HEADER) != null) return;
    String room = new String(record.key(), StandardCharsets.UTF_8);
    int home = log.home(room, record.partition(), record.offset());
    int segment = log.seg(record.partition(), record.offset());
    Header copied = record.headers().lastHeader(Names.FORWARD_HEADER);
    if (copied != null) copies++;
    else if (home == RoomLog.STRAY) strays++;
    else if (home > segment) residue++;
    Message message = Message.read(record.value());
    if (shown.contains(message.room())) {
      out.printf(
          "%d %s p=%d o=%d seg=%d route=%d home=%d %s %s%n",
          record.timestamp(),
          room,
          record.partition(),
          record.offset(),
          segment,
          log.route(record.partition(), record.offset()),
          home,
          message,
          copied == null ? "" : new String(copied.value(), StandardCharsets.UTF_8));
    }
  }

  private static void read(
      KafkaConsumer<byte[], byte[]> consumer,
      TopicPartition partition,
      Consumer<ConsumerRecord<byte[], byte[]>> each) {
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    long end = consumer.endOffsets(List.of(partition)).get(partition);
    while (consumer.position(partition) < end) {
      consumer.poll(Duration.ofMillis(200)).forEach(each);
    }
  }

  /** Epochs that were published after the first. */
  int epochs() {
    return log.newest();
  }

  /** Of them, those with fewer partitions than the one before. */
  int down() {
    return down;
  }

  /** Messages in a partition that did not own their room in time. */
  long strays() {
    return strays;
  }

  /** Forwarded copies of strays. */
  long copies() {
    return copies;
  }

  /** Messages that were strays until their room came to them. */
  long residue() {
    return residue;
  }
}
