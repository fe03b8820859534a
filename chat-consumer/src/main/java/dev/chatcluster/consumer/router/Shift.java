package dev.chatcluster.consumer.router;

import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.metrics.RouterMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A router's time of being the valid one, in one epoch: routes the strays behind its position and
 * commits the position. It reads the partition itself from there until it has caught up with the
 * live reading, and again when that meets a stray; in between it takes the live reading's word.
 */
final class Shift implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Shift.class);

  private static final Duration POLL = Duration.ofMillis(50);

  /** The least between two bursts under load: each costs every partition that it writes to. */
  private static final long GATHER = Duration.ofMillis(20).toNanos();

  private static final int MOST_BYTES = 4 << 20;

  private static final long PROGRESS = Duration.ofSeconds(1).toNanos();

  /** Kafka forgets the offsets of a group that nobody commits to, after days. */
  private static final long AT_LEAST = Duration.ofHours(1).toNanos();

  /** Without a stray for so long, its own reading ends. */
  private static final long QUIET = Duration.ofSeconds(10).toNanos();

  /**
   * A copy to be written.
   *
   * @param offset of its stray
   */
  private record Copy(ProducerRecord<byte[], byte[]> record, long offset) {}

  private final RouterSetup setup;
  private final TopicPartition partition;
  private final Strays strays;
  private final RouterProducer producer;
  private final RouterMetrics.OfPartition meters;
  private final List<Copy> batch = new ArrayList<>();
  private int batchBytes;
  private StrayReader spare;
  private StrayReader reading;
  private long position;
  private long committed = -1;
  private long committedAt;
  private long burstAt = System.nanoTime() - GATHER;
  private long strayAt = System.nanoTime();

  /**
   * @param topology whose newest epoch is routed under
   * @param clients end with this; the producer is valid since before that topology was read
   * @param position offset of the first record that is not routed yet
   */
  Shift(RouterSetup setup, int partition, Topology topology, Connected clients, long position) {
    this.setup = setup;
    this.partition = new TopicPartition(setup.topic(), partition);
    producer = clients.producer();
    spare = clients.reader();
    this.position = position;
    strays = new Strays(setup.source(), topology.log());
    meters = setup.metrics().partition(partition);
  }

  /** The position that is committed; -1 when none is yet. */
  long committed() {
    return committed;
  }

  /**
   * Does what there is to do now; waits for records for a moment while it reads itself. When it
   * throws, this shift is over.
   *
   * @return nanoseconds in which nothing will be due unless a stray is met
   */
  long turn() throws InterruptedException {
    Seen.Span span = setup.seen().span(partition.partition());
    long lastStray = setup.seen().lastStray(partition.partition());
    boolean told = span.from() <= position && lastStray < position;
    if (reading == null && told) position = Math.max(position, span.to());
    if (reading == null && !told) read();
    if (reading != null) routeWhatComes();
    long now = System.nanoTime();
    if (due(now)) transact(List.of(), position);
    if (now - strayAt > QUIET && span.from() <= position && span.to() <= position) stopReading();
    meters.lag(Math.max(0, span.to() - position));
    return reading != null ? 0 : PROGRESS;
  }

  private boolean due(long now) {
    if (committed < 0) return true;
    return now - committedAt >= (position > committed ? PROGRESS : AT_LEAST);
  }

  private void read() {
    StrayReader idle =
        spare == null ? new StrayReader(setup.kafka(), setup.pod(), partition.partition()) : spare;
    spare = null;
    reading = idle.from(Map.of(partition, position));
    strayAt = System.nanoTime();
  }

  private void stopReading() {
    if (reading != null) reading.close();
    if (spare != null) spare.close();
    reading = null;
    spare = null;
  }

  private void routeWhatComes() throws InterruptedException {
    batch.clear();
    batchBytes = 0;
    try {
      gather();
    } catch (OffsetOutOfRangeException gone) {
      // What was gathered before goes first; the next turn meets the gap again.
      if (batch.isEmpty()) goOnFromWhatIsLeft();
    }
    if (batch.isEmpty()) return;
    strayAt = System.nanoTime();
    burstAt = strayAt;
    route(List.copyOf(batch));
  }

  /** A lone stray goes at once; those that come close behind a burst wait for each other. */
  private void gather() {
    long wait = POLL.toNanos();
    do {
      reading.poll(Duration.ofNanos(wait), this::take);
      position = reading.position(partition);
      wait = burstAt + GATHER - System.nanoTime();
    } while (wait > 0
        && !batch.isEmpty()
        && batch.size() < StrayReader.MOST_RECORDS
        && batchBytes < MOST_BYTES);
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    int target = strays.target(record);
    if (target == Strays.NONE) return;
    batch.add(new Copy(Forwarded.copy(record, target, strays.log().newest()), record.offset()));
    batchBytes += Math.max(0, record.serializedValueSize());
  }

  private void goOnFromWhatIsLeft() throws InterruptedException {
    long earliest = Answer.of(setup.positions().beginning(partition.partition()));
    long next =
        position < earliest
            ? earliest
            : Answer.of(setup.positions().stableEnd(partition.partition()));
    LOG.error(
        "the router of partition {} goes on at offset {}: Kafka no longer has offset {}, where it"
            + " was. Strays in between are lost; keep messages longer than routers may be away",
        partition.partition(),
        next,
        position);
    setup.metrics().truncated();
    stopReading();
    position = next;
  }

  /** Each larger copy alone: whether Kafka takes it compressed, only Kafka can say. */
  private void route(List<Copy> copies) {
    List<List<Copy>> bursts = new ArrayList<>();
    List<Copy> burst = new ArrayList<>();
    for (Copy each : copies) {
      boolean large = setup.limit().exceededBy(each.record);
      if (large && !burst.isEmpty()) {
        bursts.add(burst);
        burst = new ArrayList<>();
      }
      burst.add(each);
      if (large) {
        bursts.add(burst);
        burst = new ArrayList<>();
      }
    }
    if (!burst.isEmpty()) bursts.add(burst);
    for (List<Copy> each : bursts) {
      transact(each, each == bursts.getLast() ? position : each.getLast().offset + 1);
    }
  }

  private void transact(List<Copy> copies, long next) {
    long began = System.nanoTime();
    Optional<String> refused = producer.commit(copies.stream().map(Copy::record).toList(), next);
    if (refused.isEmpty()) {
      committedAt = System.nanoTime();
      committed = next;
      if (!copies.isEmpty()) meters.routed(copies.size(), committedAt - began);
    } else if (copies.size() > 1) {
      for (Copy each : copies) {
        transact(List.of(each), each == copies.getLast() ? next : each.offset + 1);
      }
    } else {
      Copy given = copies.getFirst();
      LOG.error(
          "the stray at offset {} of partition {} cannot be forwarded to partition {} and is left"
              + " out of its room: {} Raise the topic's max.message.bytes by 1 KiB over what"
              + " producers send",
          given.offset,
          partition.partition(),
          given.record.partition(),
          refused.get());
      setup.metrics().deadLetter();
      transact(List.of(), next);
    }
  }

  @Override
  public void close() {
    stopReading();
    producer.close();
    meters.lag(0);
  }
}
