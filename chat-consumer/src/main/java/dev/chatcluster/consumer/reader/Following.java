package dev.chatcluster.consumer.reader;

import dev.chatcluster.consumer.metrics.ReaderMetrics;
import dev.chatcluster.roomlog.position.Position;
import org.apache.kafka.common.TopicPartition;

/** One partition as the reader reads it; the reader's own but for {@code head}. */
final class Following {
  final TopicPartition partition;
  final ReaderMetrics.OfPartition meters;

  /** Whether this pod is the partition's in the newest epoch. */
  boolean own;

  /** Whether it is read although nobody listens. */
  boolean kept;

  /**
   * A room of this partition that is not held had no message from this offset on, in the epochs in
   * which the room has been this partition's without a break.
   */
  long covered;

  /** The first record that a listener waits for who was there before the reading began. */
  long wanted = Long.MAX_VALUE;

  /** Records before it were counted before, by this process or another. */
  long counted;

  long strays;
  long skipped;

  /** When it last was of use to a listener. */
  long usedAt;

  /** When to ask Kafka for its ends. */
  long askAt;

  /** Whether the answer is awaited. */
  boolean asking;

  /** Whether the reading has been sent elsewhere, so that what was polled before counts no more. */
  boolean resought;

  /** How far it has ever been read. */
  long highest;

  private long live = Long.MAX_VALUE;
  private volatile long head = -1;

  Following(TopicPartition partition, ReaderMetrics.OfPartition meters, long now) {
    this.partition = partition;
    this.meters = meters;
    usedAt = now;
    askAt = now;
  }

  int number() {
    return partition.partition();
  }

  /** Whether it is read. */
  boolean begun() {
    return head >= 0;
  }

  /** It is read from here on; records before {@code start} are not known. */
  void begin(long start) {
    covered = start;
    highest = start;
    wanted = Long.MAX_VALUE;
    head(start);
  }

  /** A listener waits for what comes after {@code place}. */
  void wants(Position place) {
    if (place.partition() == number()) wanted = Math.min(wanted, place.offset() + 1);
  }

  /** It is not read any more, and has to be begun again. */
  void stop(long now) {
    head = -1;
    live = Long.MAX_VALUE;
    askAt = now;
  }

  /** What is read before this offset was written before anybody waited for it. */
  void liveFrom(long stableEnd) {
    live = stableEnd;
    counted = Math.max(counted, stableEnd);
  }

  /** Whether Kafka has said where it ends. */
  boolean endKnown() {
    return live != Long.MAX_VALUE;
  }

  /** Whether it was once read to where it ended when the reading began. */
  boolean caughtUp() {
    return live == 0;
  }

  /** Everything before it has been shown to its rooms; -1 before it is begun. Any thread. */
  long head() {
    return head;
  }

  void head(long offset) {
    head = offset;
    highest = Math.max(highest, offset);
    counted = Math.max(counted, offset);
    if (offset >= live) live = 0;
  }
}
