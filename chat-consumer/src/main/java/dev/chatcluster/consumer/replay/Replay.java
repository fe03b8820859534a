package dev.chatcluster.consumer.replay;

import dev.chatcluster.consumer.config.KafkaAccess;
import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.message.Messages;
import dev.chatcluster.consumer.metrics.ReplayMetrics;
import dev.chatcluster.consumer.replay.Cursor.Stage;
import dev.chatcluster.consumer.room.Membership;
import dev.chatcluster.consumer.room.Started;
import dev.chatcluster.consumer.room.Started.Outcome;
import dev.chatcluster.roomlog.position.Position;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads history for listeners that resume, and hands each over to the live reading exactly where
 * its history ends. Its thread owns the consumer, all scans and all cursors; everybody else leaves
 * a note in its mailbox.
 */
public final class Replay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Replay.class);
  private static final int LARGEST_PIECE = 128 << 10;
  private static final int SMALLEST_PIECE = 8 << 10;

  /** Gathered for all cursors together, about: each holds up to two pieces. */
  private static final int ALL_PIECES = 8 << 20;

  private static final Duration RETRY = Duration.ofMillis(500);
  private static final Duration GATHERING = Duration.ofMillis(10);
  private static final Duration SWEEP = Duration.ofSeconds(1);

  private final String topic;
  private final Supplier<Topology> topology;
  private final Messages messages;
  private final Admission admission;
  private final ReplayMetrics metrics;
  private final BiConsumer<String, Throwable> fatal;
  private final Map<String, Object> properties;
  private final LinkedBlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
  private final Map<Integer, Scan> scans = new HashMap<>();

  /** Cursors that have read all and whose clients have not taken it yet. */
  private final Set<Cursor> ending = new HashSet<>();

  private final Thread thread;
  private KafkaConsumer<byte[], byte[]> consumer;
  private Splices splices;
  private long sweptAt = System.nanoTime();
  private volatile boolean closed;

  /**
   * @param mostRecords that are read again for one listener, of all rooms
   * @param fatal is told why this part cannot go on
   */
  public Replay(
      String topic,
      String pod,
      KafkaAccess kafka,
      Supplier<Topology> topology,
      Messages messages,
      Offsets offsets,
      long mostRecords,
      ReplayMetrics metrics,
      BiConsumer<String, Throwable> fatal) {
    this.topic = topic;
    this.topology = topology;
    this.messages = messages;
    this.metrics = metrics;
    this.fatal = fatal;
    admission = new Admission(offsets, mostRecords, mailbox::add, this::admitted, this::refused);
    properties =
        kafka.client(
            "chat-consumer-" + pod + "-replay",
            Map.of(
                "max.poll.records", 4_000,
                "fetch.max.bytes", 8 << 20,
                "default.api.timeout.ms", 5_000,
                "request.timeout.ms", 10_000),
            Map.of(
                "allow.auto.create.topics",
                false,
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "none",
                "isolation.level",
                "read_committed",
                // A fetch that waits at the log's end would hold up the next seek.
                "fetch.max.wait.ms",
                10));
    thread = Thread.ofPlatform().name("replay").unstarted(this::run);
  }

  /**
   * Starts the thread.
   *
   * @param liveReading that every replay ends in
   */
  public void start(Splices liveReading) {
    splices = liveReading;
    thread.start();
  }

  /** Takes a listener that wants what memory does not hold; any thread may call. */
  public void resume(Membership listener, Gap gap) {
    mailbox.add(() -> admission.add(new Admission.Request(listener, gap)));
  }

  @Override
  public void close() {
    closed = true;
    mailbox.add(() -> {});
    try {
      thread.join(Duration.ofSeconds(2));
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closed) {
      try {
        work();
      } catch (OffsetOutOfRangeException gone) {
        gone(gone.offsetOutOfRangePartitions().keySet());
      } catch (InterruptedException end) {
        break;
      } catch (KafkaException e) {
        LOG.warn("history cannot be read just now, trying again: {}", e.toString());
        retreat();
      } catch (RuntimeException e) {
        fatal.accept("History cannot be read.", e);
        return;
      }
    }
    if (consumer != null) consumer.close();
  }

  private void work() throws InterruptedException {
    boolean idle = scans.values().stream().noneMatch(Scan::passing);
    long longest = admission.gathering() ? GATHERING.toMillis() : SWEEP.toMillis();
    Runnable note = idle ? mailbox.poll(longest, TimeUnit.MILLISECONDS) : mailbox.poll();
    for (; note != null; note = mailbox.poll()) note.run();
    long now = System.nanoTime();
    admission.tick(now);
    if (now - sweptAt > SWEEP.toNanos()) sweep(now);
    beginPasses(now);
    if (scans.values().stream().anyMatch(Scan::passing)) readOn();
  }

  private void admitted(Admission.Request request) {
    Membership listener = request.listener();
    if (listener.cancelled()) return;
    // Where it stands, not the head: what lies between has not been delivered yet.
    String position = topology.get().token(request.gap().after());
    listener.started(new Started(Outcome.RECOVERED, position, null));
    metrics.resumed(Outcome.RECOVERED);
    readOn(
        new Cursor(request, System.nanoTime(), cursor -> mailbox.add(() -> taken(cursor))),
        System.nanoTime());
  }

  /** Puts the cursor where it finds what it wants next, or hands it to the live reading. */
  private void readOn(Cursor cursor, long now) {
    while (cursor.stretchIsRead()) {
      if (!cursor.nextLeg(now)) {
        if (cursor.end()) splice(cursor);
        else ending.add(cursor);
        return;
      }
    }
    scans.computeIfAbsent(cursor.partition(), p -> new Scan(p, messages)).add(cursor);
  }

  private void splice(Cursor cursor) {
    ending.remove(cursor);
    splices.splice(
        cursor.listener(),
        cursor.until(),
        gap ->
            mailbox.add(
                () -> {
                  long now = System.nanoTime();
                  cursor.read(gap.until(), gap.legs(cursor.listener().room()), now);
                  readOn(cursor, now);
                }));
  }

  private void taken(Cursor cursor) {
    cursor.taken();
    if (cursor.stage() == Stage.ENDING && cursor.end()) splice(cursor);
  }

  private void refused(Admission.Request request, Admission.Refusal refusal) {
    Membership listener = request.listener();
    switch (refusal) {
      case Admission.Refusal.TooFar _ -> splices.enter(listener, Outcome.TOO_FAR, null);
      case Admission.Refusal.Gone(Position earliest) ->
          splices.enter(listener, Outcome.TRUNCATED, topology.get().token(earliest));
      case Admission.Refusal.Unanswered(String sentence) -> {
        listener.failed(sentence);
        splices.release(listener);
      }
    }
  }

  private void beginPasses(long now) {
    for (Scan scan : scans.values()) {
      scan.begin(now).ifPresent(offset -> seek(scan.partition(), offset));
    }
  }

  private void seek(int partition, long offset) {
    if (consumer == null) {
      consumer =
          new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
    TopicPartition sought = new TopicPartition(topic, partition);
    if (!consumer.assignment().contains(sought)) assignThosePassing();
    consumer.seek(sought, offset);
  }

  private void assignThosePassing() {
    Set<TopicPartition> wanted =
        scans.values().stream()
            .filter(Scan::passing)
            .map(scan -> new TopicPartition(topic, scan.partition()))
            .collect(Collectors.toSet());
    if (!consumer.assignment().equals(wanted)) consumer.assign(wanted);
  }

  private void readOn() {
    assignThosePassing();
    ConsumerRecords<byte[], byte[]> polled = consumer.poll(Duration.ofMillis(20));
    String log = topology.get().fingerprint();
    int cursors = scans.values().stream().mapToInt(scan -> scan.cursors().size()).sum();
    int pieceLimit = Math.clamp(ALL_PIECES / cursors, SMALLEST_PIECE, LARGEST_PIECE);
    metrics.read(polled.count());
    long now = System.nanoTime();
    // A cursor that goes on in another partition may add a scan.
    for (Scan scan : List.copyOf(scans.values())) {
      if (!scan.passing()) continue;
      TopicPartition partition = new TopicPartition(topic, scan.partition());
      for (ConsumerRecord<byte[], byte[]> each : polled.records(partition)) {
        scan.show(each, log, pieceLimit);
      }
      scan.reached(consumer.position(partition), now, cursor -> readOn(cursor, now));
    }
  }

  /** Kafka is in trouble: the passes end and begin again where their cursors stand. */
  private void retreat() {
    long now = System.nanoTime();
    for (Scan scan : scans.values()) scan.abandon(now);
    if (consumer != null) {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
      consumer = null;
    }
    LockSupport.parkNanos(RETRY.toNanos());
  }

  /** Retention overtook a pass; whoever it served has a gap, and must be told so by resuming. */
  private void gone(Set<TopicPartition> partitions) {
    for (TopicPartition each : partitions) {
      Scan scan = scans.get(each.partition());
      if (scan == null) continue;
      for (Cursor cursor : List.copyOf(scan.cursors())) {
        if (!cursor.served()) continue;
        cursor.fail(
            "Messages of room "
                + cursor.listener().room()
                + " were deleted from Kafka while they were being read: subscribe again.");
        splices.release(cursor.listener());
      }
      scan.abandon(System.nanoTime());
      scan.sweep();
    }
  }

  private void sweep(long now) {
    sweptAt = now;
    for (Scan scan : scans.values()) {
      for (Cursor cursor : scan.cursors()) if (cursor.listener().cancelled()) cursor.drop();
      scan.sweep();
    }
    ending.removeIf(cursor -> cursor.listener().cancelled());
    scans.values().removeIf(scan -> scan.cursors().isEmpty() && !scan.passing());
    int reading = scans.values().stream().mapToInt(scan -> scan.cursors().size()).sum();
    metrics.waiting(reading + ending.size());
  }
}
