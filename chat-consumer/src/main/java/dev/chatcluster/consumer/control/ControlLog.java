package dev.chatcluster.consumer.control;

import dev.chatcluster.consumer.config.ConsumerConfig;
import dev.chatcluster.consumer.config.Own;
import dev.chatcluster.consumer.control.ControlRule.Verdict;
import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.ControlRecord;
import dev.chatcluster.roomlog.epoch.ControlState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the control topic from its start, follows it, and keeps the {@link Topology}. Its thread
 * retries whatever Kafka answers, for ever; what it waits for is a sentence in {@link #obstacle()}.
 * A process serves one log in its life: of another one, nothing that it holds would be true.
 */
public final class ControlLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlLog.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** A broker that has just started may not know its topics yet. */
  private static final Duration SURELY_MISSING = Duration.ofSeconds(15);

  /** Records in a partition that the topic has got since wait as long for their router. */
  private static final Duration TOPIC_CHECK = Duration.ofSeconds(1);

  private static final Duration LONGEST_CATCH_UP = Duration.ofSeconds(10);

  private final ConsumerConfig config;
  private final Admin admin;
  private final ControlAppends appends;
  private final FirstEpoch firstEpoch;
  private final TopicPartition controlPartition;
  private final BiConsumer<String, Throwable> fatal;
  private final CompletableFuture<Topology> first = new CompletableFuture<>();
  private final Thread thread;
  private final Duration topicCheck;
  private final Duration surelyMissing;

  private final Awaited awaited = new Awaited();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Absence dataAbsence = new Absence();
  private final Absence controlAbsence = new Absence();

  private volatile KafkaConsumer<byte[], byte[]> open;
  private volatile boolean closed;
  private volatile Topology topology;
  private volatile String obstacle;
  private volatile String halt;

  /**
   * @param admin stays the caller's
   * @param fatal is told why this part cannot go on
   */
  public ControlLog(ConsumerConfig config, Admin admin, BiConsumer<String, Throwable> fatal) {
    this(config, admin, fatal, TOPIC_CHECK, SURELY_MISSING);
  }

  ControlLog(
      ConsumerConfig config,
      Admin admin,
      BiConsumer<String, Throwable> fatal,
      Duration topicCheck,
      Duration surelyMissing) {
    this.config = config;
    this.topicCheck = topicCheck;
    this.surelyMissing = surelyMissing;
    this.admin = admin;
    this.fatal = fatal;
    appends = new ControlAppends(config);
    firstEpoch = new FirstEpoch(config, admin, appends);
    controlPartition = new TopicPartition(Names.controlTopic(config.topic()), 0);
    obstacle = "Kafka at " + config.kafka().bootstrapServers() + " has not been asked yet.";
    thread = Thread.ofPlatform().name("control").unstarted(this::run);
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /** Completes with the first topology; waits as long as it takes. */
  public CompletableFuture<Topology> first() {
    return first.copy();
  }

  /** The newest topology; null before {@link #first()} is complete. */
  public Topology topology() {
    return topology;
  }

  /**
   * Completes with the topology once the control topic is read to an end that was asked for after
   * this call: a cut is in it before any barrier of that cut is anywhere. Fails when Kafka does not
   * answer for some seconds.
   */
  public CompletableFuture<Topology> catchUp() {
    CompletableFuture<Topology> caughtUp = new CompletableFuture<>();
    admin
        .listOffsets(Map.of(controlPartition, OffsetSpec.latest()))
        .partitionResult(controlPartition)
        .whenComplete(
            (end, error) -> {
              if (error == null) awaited.until(end.offset(), caughtUp);
              else caughtUp.completeExceptionally(error);
            });
    return caughtUp.orTimeout(LONGEST_CATCH_UP.toSeconds(), TimeUnit.SECONDS);
  }

  /**
   * Appends a mark to the control topic and completes with the topology once it is read up to that
   * mark: what was there when this was called is in it, whatever any broker believes. The topic
   * keeps the mark for ever, so it is for routers that start. May block for some seconds, and fails
   * when Kafka does not answer.
   *
   * @param who asks, for those who read the topic
   */
  public CompletableFuture<Topology> sync(String who) {
    CompletableFuture<Topology> caughtUp = new CompletableFuture<>();
    appends
        .append(new ControlRecord.Sync(who, UUID.randomUUID().toString()))
        .whenComplete(
            (offset, error) -> {
              if (error == null) awaited.until(offset + 1, caughtUp);
              else caughtUp.completeExceptionally(error);
            });
    return caughtUp.orTimeout(LONGEST_CATCH_UP.toSeconds(), TimeUnit.SECONDS);
  }

  /**
   * Runs {@code told} after each change of the topology, on this log's thread: it must not wait.
   */
  public void whenChanged(Runnable told) {
    listeners.add(told);
  }

  /** Why this pod should get no clients; empty when it should. */
  public Optional<String> obstacle() {
    return Optional.ofNullable(obstacle);
  }

  /** Why nothing may be delivered or sent any more; empty while all is well. */
  public Optional<String> halt() {
    return Optional.ofNullable(halt);
  }

  /** Ends the thread; waits for it a little. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    KafkaConsumer<byte[], byte[]> polling = open;
    if (polling != null) polling.wakeup();
    try {
      thread.join(Duration.ofSeconds(2));
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
    appends.close();
  }

  private void run() {
    while (!closed) {
      try {
        follow();
      } catch (InterruptedException end) {
        return;
      } catch (KafkaException e) {
        // Kafka away is no obstacle once the topology is known: all pods would leave at once.
        dataAbsence.over();
        controlAbsence.over();
        if (topology == null) obstacle(unreachable(e));
        pause();
      } catch (RuntimeException e) {
        if (closed) return;
        fatal.accept("The control log cannot be followed.", e);
        return;
      }
    }
  }

  private String unreachable(KafkaException e) {
    return "Kafka at "
        + config.kafka().bootstrapServers()
        + " does not answer as it should for topic "
        + config.topic()
        + ": "
        + AdminCalls.reason(e);
  }

  private void pause() {
    if (!closed) LockSupport.parkNanos(RETRY.toNanos());
  }

  private void follow() throws InterruptedException {
    Optional<TopicDescription> data = AdminCalls.describe(admin, config.topic());
    if (data.isEmpty()) {
      Duration absent = dataAbsence.lasting();
      carryOut(ControlRule.missing(config.topic(), topology != null, absent, surelyMissing));
      pause();
      return;
    }
    dataAbsence.over();
    Optional<TopicDescription> control = AdminCalls.describe(admin, controlPartition.topic());
    if (control.isEmpty()) {
      waitForControlTopic();
      return;
    }
    controlAbsence.over();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      open = consumer;
      consumer.assign(List.of(controlPartition));
      consumer.seek(controlPartition, 0);
      readOn(consumer, data.get(), control.get().topicId());
    } catch (WakeupException end) {
      LOG.debug("woken to end");
    } finally {
      open = null;
    }
  }

  private void waitForControlTopic() throws InterruptedException {
    if (topology != null) {
      Duration absent = controlAbsence.lasting();
      carryOut(ControlRule.controlMissing(config.topic(), absent, surelyMissing));
    } else if (mayBegin()) {
      firstEpoch.createControlTopic();
      return;
    } else {
      obstacle(
          "Topic "
              + controlPartition.topic()
              + " does not exist: the operator creates it with the first epoch.");
    }
    pause();
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        config
            .kafka()
            .client(
                "chat-consumer-" + config.pod() + "-control",
                Map.of("default.api.timeout.ms", 5_000, "request.timeout.ms", 5_000),
                Map.of(
                    "allow.auto.create.topics",
                    false,
                    "enable.auto.commit",
                    false,
                    "auto.offset.reset",
                    "none",
                    "isolation.level",
                    "read_committed")),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** Follows the log for as long as both topics are there. */
  private void readOn(
      KafkaConsumer<byte[], byte[]> consumer, TopicDescription data, Uuid controlTopicId)
      throws InterruptedException {
    ControlState state = ControlState.EMPTY;
    TopicDescription described = data;
    boolean offered = false;
    long checkAt = System.nanoTime() + topicCheck.toNanos();
    long end = consumer.endOffsets(List.of(controlPartition)).getOrDefault(controlPartition, 0L);
    while (!closed) {
      long position = consumer.position(controlPartition);
      if (position >= end) {
        if (state.logId().isEmpty() && topology == null && mayBegin() && !offered) {
          firstEpoch.offer(described);
          offered = true;
        } else {
          judge(state, described);
          awaited.reached(position, topology);
        }
      }
      for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(500))) {
        state = fold(state, each);
      }
      if (System.nanoTime() - checkAt > 0) {
        Optional<TopicDescription> dataNow = AdminCalls.describe(admin, config.topic());
        Optional<Uuid> controlNow =
            AdminCalls.describe(admin, controlPartition.topic()).map(TopicDescription::topicId);
        if (dataNow.isEmpty() || !controlNow.equals(Optional.of(controlTopicId))) return;
        described = dataNow.get();
        checkAt = System.nanoTime() + topicCheck.toNanos();
      }
    }
  }

  private boolean mayBegin() {
    return config.own() instanceof Own.All;
  }

  private static ControlState fold(ControlState state, ConsumerRecord<byte[], byte[]> each) {
    ControlRecord read = ControlRecord.parse(each.value());
    if (read instanceof ControlRecord.Unknown unknown) {
      LOG.warn("control record at offset {} is ignored: it {}", each.offset(), unknown.why());
    }
    return state.apply(read);
  }

  private void judge(ControlState state, TopicDescription data) {
    carryOut(
        ControlRule.judge(
            config.topic(), topology, state, data.topicId().toString(), data.partitions().size()));
  }

  private void carryOut(Verdict verdict) {
    switch (verdict) {
      case Verdict.GoOn _ -> {}
      case Verdict.Empty _ ->
          obstacle(
              "The control topic "
                  + controlPartition.topic()
                  + " has no first epoch yet: the operator writes it, or a consumer with"
                  + " CHAT_PARTITION=all.");
      case Verdict.Refuse refuse -> obstacle(refuse.sentence());
      case Verdict.Halt stop -> halt(stop.sentence());
      case Verdict.StartAnew end -> {
        halt(end.sentence());
        closed = true;
        fatal.accept(end.sentence(), null);
      }
      case Verdict.Serve serve -> serve(serve.topology());
    }
  }

  private void serve(Topology newest) {
    obstacle = null;
    halt = null;
    if (newest.equals(topology)) return;
    topology = newest;
    LOG.info(
        "log {} has epoch {} with {} partitions by {}{}, topic {} has {}",
        newest.logId().uid(),
        newest.current().number(),
        newest.current().partitions(),
        newest.current().partitioning().apiName(),
        newest.state().cutting().map(cut -> ", is being cut to " + cut.partitions()).orElse(""),
        config.topic(),
        newest.topicPartitions());
    first.complete(newest);
    listeners.forEach(Runnable::run);
  }

  private void obstacle(String sentence) {
    if (!sentence.equals(obstacle)) LOG.warn("not ready: {}", sentence);
    obstacle = sentence;
  }

  private void halt(String sentence) {
    if (!sentence.equals(halt)) LOG.error("nothing is delivered or sent: {}", sentence);
    halt = sentence;
    obstacle = sentence;
  }
}
