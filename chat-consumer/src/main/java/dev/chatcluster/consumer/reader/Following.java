package dev.chatcluster.consumer.reader;

import dev.chatcluster.consumer.metrics.ReaderMetrics;
import dev.chatcluster.consumer.room.Membership;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.kafka.common.TopicPartition;

/** One partition as the reader reads it; the reader's own but for {@code head}. */
final class Following {
  /**
   * A listener that waits for the reading to come to an offset.
   *
   * @param replayed whether a replay is to end here, which keeps the partition read
   * @param then gets the head
   */
  record Waiting(Membership listener, long from, boolean replayed, long since, LongConsumer then) {}

  final TopicPartition partition;
  final boolean own;
  final ReaderMetrics.OfPartition meters;
  final Map<String, Room> rooms = new HashMap<>();

  /** Who waits for the start, or for an offset further on. */
  List<Waiting> waiting = new ArrayList<>();

  /** Replays that will end here. */
  int pins;

  long strays;
  long skipped;

  /** When it last had a listener or a replay. */
  long usedAt;

  /** When to ask Kafka for the start. */
  long askAt;

  /** Whether the answer is awaited. */
  boolean asking;

  private volatile long head = -1;

  Following(TopicPartition partition, boolean own, ReaderMetrics.OfPartition meters, long now) {
    this.partition = partition;
    this.own = own;
    this.meters = meters;
    usedAt = now;
    askAt = now;
  }

  /** Whether it is read, from a start that Kafka named. */
  boolean live() {
    return head >= 0;
  }

  /** Everything before it has been delivered; -1 before there is a start. */
  long head() {
    return head;
  }

  void head(long offset) {
    head = offset;
  }

  boolean idle() {
    return !own && rooms.isEmpty() && pins == 0 && waiting.isEmpty();
  }
}
