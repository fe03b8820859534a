package dev.chatcluster.consumer.reader;

import dev.chatcluster.consumer.config.KafkaAccess;
import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.message.Messages;
import dev.chatcluster.consumer.metrics.ReaderMetrics;
import dev.chatcluster.consumer.metrics.ReplayMetrics;
import dev.chatcluster.consumer.replay.LiveHeads;
import dev.chatcluster.consumer.replay.Offsets;
import dev.chatcluster.consumer.replay.Replay;
import dev.chatcluster.consumer.room.Rooms;
import dev.chatcluster.roomlog.Names;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the pod's own partitions, always, and others while somebody here listens to their rooms: by
 * assignment, from a start that it asked Kafka for, and only what is committed. Kafka's absence is
 * waited out.
 */
public final class PartitionReader {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionReader.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration RETRY = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final String topic;
  private final List<Integer> own;
  private final Supplier<Topology> topology;
  private final Supplier<Optional<String>> halt;
  private final Offsets offsets;
  private final Duration unfollow;
  private final BiConsumer<String, Throwable> fatal;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread thread;
  private final Mailbox mailbox;
  private final LiveRooms rooms;
  private final DeliveryCommits commits;
  private final RateLimit complaints = new RateLimit(Duration.ofSeconds(30));
  private long tickAt = System.nanoTime();
  private int failures;
  private String haltedFor;
  private volatile boolean ready;
  private volatile boolean closed;

  /**
   * @param own partitions of this pod; read from the start on
   * @param halt why nothing may be delivered; empty while all is well
   * @param unfollow how long a partition is read on after its last listener left
   * @param fatal is told why this part cannot go on
   */
  public PartitionReader(
      String topic,
      String pod,
      List<Integer> own,
      KafkaAccess kafka,
      Supplier<Topology> topology,
      Supplier<Optional<String>> halt,
      Messages messages,
      Offsets offsets,
      Replay replay,
      Duration unfollow,
      ReaderMetrics metrics,
      ReplayMetrics resumes,
      BiConsumer<String, Throwable> fatal) {
    this.topic = topic;
    this.own = List.copyOf(own);
    this.topology = topology;
    this.halt = halt;
    this.offsets = offsets;
    this.unfollow = unfollow;
    this.fatal = fatal;
    consumer =
        new KafkaConsumer<>(
            properties(topic, pod, kafka),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    thread = Thread.ofPlatform().name("reader").unstarted(this::run);
    mailbox = new Mailbox(thread, consumer::wakeup);
    rooms = new LiveRooms(topic, topology, messages, mailbox, replay, metrics, resumes);
    commits = new DeliveryCommits(consumer, System.nanoTime());
  }

  private static Map<String, Object> properties(String topic, String pod, KafkaAccess kafka) {
    return kafka.client(
        "chat-consumer-" + pod + "-reader",
        Map.of(
            "max.poll.records", 2_000,
            "fetch.max.bytes", 8 << 20,
            "default.api.timeout.ms", 5_000,
            "request.timeout.ms", 10_000),
        Map.of(
            "group.id",
            Names.deliveryGroup(topic),
            "allow.auto.create.topics",
            false,
            "enable.auto.commit",
            false,
            "auto.offset.reset",
            "none",
            "isolation.level",
            "read_committed",
            "fetch.min.bytes",
            1,
            // A partition that is followed from now on is fetched when the fetch before it returns.
            "fetch.max.wait.ms",
            100));
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /** The rooms of all partitions, for sessions. */
  public Rooms rooms() {
    return rooms;
  }

  /** The live reading, for replays. */
  public LiveHeads heads() {
    return rooms;
  }

  /** Why this pod should get no clients yet; empty once its partitions are read. */
  public Optional<String> obstacle() {
    return ready
        ? Optional.empty()
        : Optional.of("Partitions " + own + " of topic " + topic + " are not read yet.");
  }

  /**
   * Shows the last position in the delivery group, and ends.
   *
   * @param longest to wait for both
   */
  public void close(Duration longest) {
    closed = true;
    mailbox.post(() -> {});
    try {
      thread.join(longest);
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    for (int partition : own) rooms.follow(partition, true);
    while (!closed) {
      try {
        work();
        failures = 0;
      } catch (WakeupException aNoteWasLeft) {
        // The next turn reads it.
      } catch (OffsetOutOfRangeException gone) {
        gone.offsetOutOfRangePartitions().forEach(this::startAgain);
      } catch (KafkaException e) {
        pauseAfter(e);
      } catch (RuntimeException e) {
        fatal.accept("Topic " + topic + " cannot be read.", e);
        return;
      }
    }
    commits.last(rooms.followings());
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
  }

  private void work() {
    mailbox.carryOut();
    long now = System.nanoTime();
    heedHalt();
    for (Following each : rooms.followings()) {
      if (haltedFor == null && !each.live() && !each.asking && now - each.askAt >= 0) ask(each);
    }
    if (now - tickAt >= 0) tick(now);
    if (haltedFor != null || consumer.assignment().isEmpty()) {
      if (mailbox.mayWait()) LockSupport.parkNanos(POLL.toNanos());
      return;
    }
    read(consumer.poll(mailbox.mayWait() ? POLL : Duration.ZERO));
    commits.tick(rooms.followings(), now);
  }

  private void read(ConsumerRecords<byte[], byte[]> polled) {
    Topology current = topology.get();
    for (TopicPartition partition : polled.partitions()) {
      Following following = rooms.following(partition);
      if (following == null || !following.live()) continue;
      List<ConsumerRecord<byte[], byte[]>> records = polled.records(partition);
      for (ConsumerRecord<byte[], byte[]> each : records) rooms.take(following, each, current);
      following.meters.read(records.size());
    }
    rooms.handOver();
    // Offsets have holes, so the consumer says where it is, not the last record.
    polled
        .nextOffsets()
        .forEach(
            (partition, next) -> {
              Following following = rooms.following(partition);
              if (following != null && following.live()) rooms.advanced(following, next.offset());
            });
  }

  private void ask(Following following) {
    following.asking = true;
    offsets
        .stableEnd(following.partition.partition())
        .whenComplete(
            (end, error) ->
                mailbox.post(
                    () -> {
                      following.asking = false;
                      if (error == null) begin(following, end);
                      else following.askAt = System.nanoTime() + RETRY.toNanos();
                    }));
  }

  private void begin(Following following, long at) {
    if (rooms.following(following.partition) != following || following.live()) return;
    Set<TopicPartition> assigned = new HashSet<>(consumer.assignment());
    if (assigned.add(following.partition)) consumer.assign(assigned);
    consumer.seek(following.partition, at);
    rooms.advanced(following, at);
    LOG.info("reading partition {} from offset {}", following.partition.partition(), at);
    ready |= rooms.followings().stream().filter(each -> each.own).allMatch(Following::live);
  }

  private void tick(long now) {
    tickAt = now + TICK.toNanos();
    rooms.tick(now);
    List<Following> unused =
        rooms.followings().stream()
            .filter(each -> each.idle() && now - each.usedAt > unfollow.toNanos())
            .toList();
    for (Following each : unused) {
      rooms.forget(each);
      LOG.info("no longer following partition {}", each.partition.partition());
    }
    if (!unused.isEmpty()) assignThoseLive();
    for (Following each : rooms.followings()) {
      if (!each.live()) continue;
      consumer.currentLag(each.partition).ifPresent(each.meters::lag);
    }
  }

  private void assignThoseLive() {
    consumer.assign(
        rooms.followings().stream()
            .filter(Following::live)
            .map(each -> each.partition)
            .collect(Collectors.toSet()));
  }

  /** What stood between our position and the log's beginning is gone, or the log was cut short. */
  private void startAgain(TopicPartition partition, long position) {
    Following following = rooms.following(partition);
    if (following == null) return;
    LOG.error(
        "partition {} no longer has offset {}: its listeners are asked to come again",
        partition.partition(),
        position);
    rooms.fail(
        following,
        "Kafka no longer has the messages of partition "
            + partition.partition()
            + " from where they were read: subscribe again.");
    following.askAt = System.nanoTime();
    assignThoseLive();
  }

  private void heedHalt() {
    String now = halt.get().orElse(null);
    if (Objects.equals(now, haltedFor)) return;
    haltedFor = now;
    rooms.close(now);
    if (now != null) consumer.unsubscribe();
    for (Following each : rooms.followings()) each.askAt = System.nanoTime();
  }

  private void pauseAfter(KafkaException e) {
    failures++;
    if (complaints.allows(System.nanoTime())) {
      LOG.warn("topic {} cannot be read just now, trying again: {}", topic, e.toString());
    }
    long pause = Math.min(LONGEST_PAUSE.toMillis(), 100L << Math.min(failures, 6));
    LockSupport.parkNanos(Duration.ofMillis(pause).toNanos());
  }
}
