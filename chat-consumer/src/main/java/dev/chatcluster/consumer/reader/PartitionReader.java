package dev.chatcluster.consumer.reader;

import dev.chatcluster.consumer.config.ConsumerConfig;
import dev.chatcluster.consumer.config.Own;
import dev.chatcluster.consumer.control.ControlLog;
import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.message.Messages;
import dev.chatcluster.consumer.metrics.ReaderMetrics;
import dev.chatcluster.consumer.metrics.ReplayMetrics;
import dev.chatcluster.consumer.replay.Offsets;
import dev.chatcluster.consumer.replay.Replay;
import dev.chatcluster.consumer.replay.Splices;
import dev.chatcluster.consumer.room.Rooms;
import dev.chatcluster.consumer.router.Seen;
import dev.chatcluster.roomlog.Names;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
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

  /** Records before a partition's end that are read at the start, for its rooms' last messages. */
  private static final long TAIL = 10_000;

  /** The most that is read again for those who wait for the reading to begin. */
  private static final long LONG_TAIL = 200_000;

  /** The share of the heap that the rooms' last messages may take, in percent. */
  private static final int HISTORY_SHARE = 25;

  private final ConsumerConfig config;
  private final ControlLog control;
  private final Offsets offsets;
  private final Duration unfollow;
  private final BiConsumer<String, Throwable> fatal;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread thread;
  private final Mailbox mailbox;
  private final Seen seen;
  private final ReaderMetrics metrics;
  private final RoomTable table;
  private final Intake intake;
  private final Joins joins;
  private final DeliveryCommits commits;
  private final RateLimit complaints = new RateLimit(Duration.ofSeconds(30));
  private final Map<Integer, Following> read = new ConcurrentHashMap<>();
  private Topology known;
  private long tickAt = System.nanoTime();
  private int failures;
  private String haltedFor;
  private volatile boolean ready;
  private volatile boolean closed;

  /**
   * @param control with its first topology
   * @param unfollow how long a partition is read on after its last listener left
   * @param seen is told what is read and where strays lie
   * @param fatal is told why this part cannot go on
   */
  public PartitionReader(
      ConsumerConfig config,
      ControlLog control,
      Messages messages,
      Offsets offsets,
      Replay replay,
      Duration unfollow,
      Seen seen,
      ReaderMetrics metrics,
      ReplayMetrics resumes,
      BiConsumer<String, Throwable> fatal) {
    this.config = config;
    this.control = control;
    this.offsets = offsets;
    this.unfollow = unfollow;
    this.seen = seen;
    this.metrics = metrics;
    this.fatal = fatal;
    consumer =
        new KafkaConsumer<>(
            properties(config), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    thread = Thread.ofPlatform().name("reader").unstarted(this::run);
    mailbox = new Mailbox(thread, consumer::wakeup);
    long most = Runtime.getRuntime().maxMemory() / 100 * HISTORY_SHARE;
    table =
        new RoomTable(
            config.topic(), control.topology(), config.history(), most, this::readFrom, metrics);
    intake = new Intake(table, messages, seen, new Misfits(metrics), this::readControlLog);
    joins =
        new Joins(
            table, intake, control::topology, control::catchUp, offsets, mailbox, replay, resumes);
    commits = new DeliveryCommits(consumer, System.nanoTime());
  }

  private static Map<String, Object> properties(ConsumerConfig config) {
    return config
        .kafka()
        .client(
            "chat-consumer-" + config.pod() + "-reader",
            Map.of(
                "max.poll.records", 2_000,
                "fetch.max.bytes", 8 << 20,
                "default.api.timeout.ms", 5_000,
                "request.timeout.ms", 10_000),
            Map.of(
                "group.id",
                Names.deliveryGroup(config.topic()),
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
                // A partition that is followed from now on is fetched when the fetch before it
                // returns.
                "fetch.max.wait.ms",
                100));
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /** The rooms of all partitions, for sessions. */
  public Rooms rooms() {
    return joins;
  }

  /** The live reading, for replays. */
  public Splices splices() {
    return joins;
  }

  /**
   * The offset up to which a partition has been read and its strays told; -1 when it is not read.
   * It goes back when an epoch is published. Any thread.
   */
  public long head(int partition) {
    Following following = read.get(partition);
    return following == null ? -1 : following.head();
  }

  /** Has the reader look at the newest topology at once; any thread. */
  public void topologyChanged() {
    mailbox.post(() -> {});
  }

  /** Why this pod should get no clients yet; empty once its partitions are read. */
  public Optional<String> obstacle() {
    return ready
        ? Optional.empty()
        : Optional.of(
            "The partitions of this pod in topic " + config.topic() + " are not read yet.");
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
        fatal.accept("Topic " + config.topic() + " cannot be read.", e);
        return;
      }
    }
    commits.last(table.followings());
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
  }

  private void work() {
    learn(control.topology());
    mailbox.carryOut();
    long now = System.nanoTime();
    heedHalt();
    for (Following each : table.followings()) {
      if (haltedFor == null && !each.endKnown() && !each.asking && now - each.askAt >= 0) ask(each);
    }
    if (now - tickAt >= 0) tick(now);
    joins.attemptAll();
    if (!ready) {
      ready = table.followings().stream().filter(each -> each.kept).allMatch(Following::caughtUp);
    }
    if (haltedFor != null || consumer.assignment().isEmpty()) {
      if (mailbox.mayWait()) LockSupport.parkNanos(POLL.toNanos());
      return;
    }
    for (Following each : table.followings()) each.resought = false;
    show(consumer.poll(mailbox.mayWait() ? POLL : Duration.ZERO));
    commits.tick(table.followings(), now);
  }

  /** Takes over what the control log says; the own partitions are the newest epoch's. */
  private void learn(Topology newest) {
    if (newest == known) return;
    known = newest;
    table.learn(newest);
    List<Integer> own = newest.ownedBy(config.own());
    own.forEach(table::follow);
    if (config.own() instanceof Own.One(int pod) && pod < newest.topicPartitions()) {
      table.follow(pod);
    }
    for (Following each : table.followings()) {
      each.own = own.contains(each.number());
      each.kept = each.own || config.own().equals(new Own.One(each.number()));
    }
    read.putAll(table.followings().stream().collect(Collectors.toMap(Following::number, f -> f)));
  }

  private void show(ConsumerRecords<byte[], byte[]> polled) {
    intake.polled();
    for (TopicPartition partition : polled.partitions()) {
      Following following = table.following(partition.partition());
      if (following == null || !following.begun() || following.resought) continue;
      if (intake.take(following, polled.records(partition))) {
        table.reached(following, polled.nextOffsets().get(partition).offset());
      }
    }
    // Offsets have holes: a partition may have come further without a record.
    polled
        .nextOffsets()
        .forEach(
            (partition, next) -> {
              Following following = table.following(partition.partition());
              if (following == null || !following.begun() || following.resought) return;
              if (following.head() < next.offset()) table.reached(following, next.offset());
            });
    for (TopicPartition partition : polled.nextOffsets().keySet()) {
      Following following = table.following(partition.partition());
      if (following != null && following.begun()) {
        seen.reached(following.number(), following.head());
      }
    }
    table.settle();
    intake.handOver();
  }

  private boolean readControlLog() {
    try {
      learn(control.catchUp().join());
      return true;
    } catch (CompletionException notNow) {
      if (complaints.allows(System.nanoTime())) {
        LOG.warn(
            "a barrier waits for the control log, which cannot be read: {}", notNow.toString());
      }
      return false;
    }
  }

  private void ask(Following following) {
    following.asking = true;
    int partition = following.number();
    record Ends(long earliest, long stable) {}
    offsets
        .earliest(partition)
        .thenCombine(offsets.stableEnd(partition), Ends::new)
        // No barrier of a cut that is not known then lies before the stable end.
        .thenCompose(ends -> control.catchUp().thenApply(_ -> ends))
        .whenComplete(
            (ends, error) ->
                mailbox.post(
                    () -> {
                      following.asking = false;
                      if (error == null) begin(following, ends.earliest(), ends.stable());
                      else following.askAt = System.nanoTime() + RETRY.toNanos();
                    }));
  }

  private void begin(Following following, long earliest, long stableEnd) {
    int partition = following.number();
    if (haltedFor != null || table.following(partition) != following) return;
    learn(control.topology());
    long hint = known.state().cutting().map(cut -> cut.hint(partition)).orElse(Long.MAX_VALUE);
    long tail = stableEnd;
    if (table.rings.keepIdle()) {
      // Who comes from another pod, comes with many: all of them are served by this one reading.
      tail = Math.min(stableEnd - TAIL, Math.max(stableEnd - LONG_TAIL, following.wanted));
    }
    table.begin(following, Math.max(earliest, Math.min(tail, hint)), stableEnd);
  }

  private void readFrom(TopicPartition partition, long offset) {
    Set<TopicPartition> assigned = new HashSet<>(consumer.assignment());
    if (assigned.add(partition)) consumer.assign(assigned);
    consumer.seek(partition, offset);
    seen.began(partition.partition(), offset);
    read.put(partition.partition(), table.following(partition.partition()));
  }

  private void tick(long now) {
    tickAt = now + TICK.toNanos();
    joins.tick(now);
    table.noteUse(now);
    List<Following> unused =
        table.followings().stream()
            .filter(each -> !each.kept && now - each.usedAt > unfollow.toNanos())
            .toList();
    for (Following each : unused) {
      table.forget(each);
      read.remove(each.number());
      LOG.info("no longer following partition {}", each.number());
    }
    if (!unused.isEmpty()) assignThoseBegun();
    int followed = 0;
    for (Following each : table.followings()) {
      if (!each.own) followed++;
      if (each.begun()) consumer.currentLag(each.partition).ifPresent(each.meters::lag);
    }
    table.report(followed);
  }

  private void assignThoseBegun() {
    consumer.assign(
        table.followings().stream()
            .filter(Following::begun)
            .map(each -> each.partition)
            .collect(Collectors.toSet()));
  }

  /** What stood between our position and the log's beginning is gone, or the log was cut short. */
  private void startAgain(TopicPartition partition, long position) {
    Following following = table.following(partition.partition());
    if (following == null) return;
    LOG.error(
        "partition {} no longer has offset {}: its listeners are asked to come again",
        partition.partition(),
        position);
    table.fail(
        following,
        "Kafka no longer has the messages of partition "
            + partition.partition()
            + " from where they were read: subscribe again.");
    assignThoseBegun();
  }

  private void heedHalt() {
    String now = control.halt().orElse(null);
    if (Objects.equals(now, haltedFor)) return;
    haltedFor = now;
    joins.close(now);
    if (now == null) return;
    for (Following each : table.followings()) table.fail(each, now);
    consumer.unsubscribe();
  }

  private void pauseAfter(KafkaException e) {
    failures++;
    if (complaints.allows(System.nanoTime())) {
      LOG.warn("topic {} cannot be read just now, trying again: {}", config.topic(), e.toString());
    }
    long pause = Math.min(LONGEST_PAUSE.toMillis(), 100L << Math.min(failures, 6));
    LockSupport.parkNanos(Duration.ofMillis(pause).toNanos());
  }
}
