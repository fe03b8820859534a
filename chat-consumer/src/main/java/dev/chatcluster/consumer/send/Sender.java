package dev.chatcluster.consumer.send;

import dev.chatcluster.consumer.config.KafkaAccess;
import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.metrics.SendMetrics;
import dev.chatcluster.roomlog.room.RoomSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Hands clients' messages to Kafka, from one thread, in the order in which each session sent them.
 * A message has its answer within {@link #PATIENCE}: acknowledged, refused, or not known to be in
 * the log.
 */
public final class Sender implements Sends {
  /** After this time a message without Kafka's answer has failed for its client. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration LOOK = Duration.ofMillis(50);

  /** While somebody waits for messages to be routed. */
  private static final Duration LOOK_OFTEN = Duration.ofMillis(5);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private static final int REMEMBERED_KEYS = 20_000;
  private static final long LEAST_BYTES = 8 << 20;

  private final Supplier<Topology> topology;
  private final Supplier<Optional<String>> halt;
  private final RoomRule rule;
  private final String topic;
  private final Routed routed;
  private final SendMetrics metrics;
  private final Duration patience;
  private final long pathBytes;
  private final long allBytes;
  private final LinkedBlockingQueue<Pending> queue = new LinkedBlockingQueue<>();
  private final ArrayDeque<Pending> handedOver = new ArrayDeque<>();
  private final Set<SendPath> holding = new LinkedHashSet<>();

  /** Paths that are not where their room is, for as long as their sessions last. */
  private final Set<RoomPath> astray = Collections.newSetFromMap(new WeakHashMap<>());

  private final Queue<SendPath> wantRoom = new ConcurrentLinkedQueue<>();
  private final KnownKeys keys = new KnownKeys(REMEMBERED_KEYS);
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong takenBytes = new AtomicLong();
  private final TopicLimit limit;
  private final OrderedProducer producer;
  private final Thread thread;
  private long forgetAt = System.nanoTime();
  private long lookAt = System.nanoTime();
  private volatile boolean closed;
  private volatile long closeBy;

  /**
   * @param limit of a record
   * @param halt why nothing may be sent; empty while all is well
   * @param routed how far routers have come: a session leaves a partition when its messages there
   *     are routed
   * @param messageBytes largest body
   */
  public Sender(
      String topic,
      String pod,
      KafkaAccess kafka,
      TopicLimit limit,
      RoomSource source,
      int messageBytes,
      Supplier<Topology> topology,
      Supplier<Optional<String>> halt,
      Routed routed,
      SendMetrics metrics) {
    this(
        topic,
        pod,
        kafka,
        limit,
        source,
        messageBytes,
        topology,
        halt,
        routed,
        metrics,
        PATIENCE,
        Math.max(
            Math.max(LEAST_BYTES, pathBytes(messageBytes)), Runtime.getRuntime().maxMemory() / 8));
  }

  /**
   * @param allBytes of messages without an answer; from there on every path is full
   */
  Sender(
      String topic,
      String pod,
      KafkaAccess kafka,
      TopicLimit limit,
      RoomSource source,
      int messageBytes,
      Supplier<Topology> topology,
      Supplier<Optional<String>> halt,
      Routed routed,
      SendMetrics metrics,
      Duration patience,
      long allBytes) {
    this.topic = topic;
    this.topology = topology;
    this.halt = halt;
    this.routed = routed;
    this.metrics = metrics;
    this.patience = patience;
    rule = new RoomRule(topic, source);
    this.allBytes = allBytes;
    pathBytes = pathBytes(messageBytes);
    this.limit = limit;
    producer = new OrderedProducer(topic, pod, kafka, messageBytes, patience);
    thread = Thread.ofPlatform().name("sender").unstarted(this::run);
    metrics.waiting(taken::get, takenBytes::get);
  }

  private static long pathBytes(int messageBytes) {
    return Math.max(1L << 20, 2L * messageBytes);
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  @Override
  public Path open(Executor loop) {
    return new SendPath(this, loop);
  }

  /**
   * Sends what was taken, waits for Kafka's answers, and ends.
   *
   * @param longest after this time whatever is left fails
   */
  public void close(Duration longest) {
    closeBy = System.nanoTime() + longest.toNanos();
    closed = true;
    try {
      thread.join(longest.plusSeconds(1));
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  // For paths, on their loops.

  void take(Pending pending) {
    taken.incrementAndGet();
    takenBytes.addAndGet(pending.bytes);
    queue.add(pending);
  }

  void answered(Pending pending) {
    taken.decrementAndGet();
    takenBytes.addAndGet(-pending.bytes);
    offerRoom();
  }

  void lost() {
    metrics.failed(true);
  }

  /** Calls the path once when there is room for all. */
  void watchRoom(SendPath path) {
    wantRoom.add(path);
    offerRoom();
  }

  /**
   * Calls all who wait, once there is plenty: at the brink, the first would take all there is and
   * the others come back, with every answer.
   */
  private void offerRoom() {
    if (takenBytes.get() > allBytes / 2) return;
    for (SendPath path = wantRoom.poll(); path != null; path = wantRoom.poll()) path.roomAgain();
  }

  boolean crowded() {
    return takenBytes.get() >= allBytes;
  }

  long pathBytes() {
    return pathBytes;
  }

  Refusal unanswered() {
    return Refusal.unanswered(topic);
  }

  // The sender's thread.

  private void run() {
    try {
      producer.warmUp();
      limit.learnFirst();
      while (!closed || !queue.isEmpty() || mayStillGo()) {
        Duration look = holding.isEmpty() && astray.isEmpty() ? LOOK : LOOK_OFTEN;
        Pending next = queue.poll(look.toMillis(), TimeUnit.MILLISECONDS);
        if (next != null) handOver(next);
        lookAtRouters();
        giveUpTheOld();
      }
    } catch (InterruptedException end) {
      // Nothing more is sent.
    }
    producer.close(Duration.ofNanos(Math.max(0, closeBy - System.nanoTime())));
  }

  private void giveUpTheOld() {
    long now = System.nanoTime();
    forgetTheAnswered(now);
    for (Pending oldest = handedOver.peek(); oldest != null; oldest = handedOver.peek()) {
      if (!oldest.answered) {
        if (!tooOld(oldest, now)) return;
        lose(oldest, unanswered());
      }
      handedOver.remove();
    }
  }

  /** Nobody else looks at them while a message waits for Kafka. */
  private void giveUpTheHeld() {
    long now = System.nanoTime();
    for (SendPath path : holding) {
      Pending oldest = path.held.peek();
      if (oldest != null && !path.broken() && tooOld(oldest, now)) lose(oldest, unanswered());
    }
  }

  /** One without an answer must not keep the bodies of all behind it. */
  private void forgetTheAnswered(long now) {
    if (now - forgetAt < 0) return;
    handedOver.removeIf(each -> each.answered);
    forgetAt = now + LOOK.toNanos();
  }

  private boolean tooOld(Pending pending, long now) {
    return now - pending.takenAt >= patience.toNanos();
  }

  /** What is held may yet be routed while there is time. */
  private boolean mayStillGo() {
    return !holding.isEmpty() && closeBy - System.nanoTime() > 0;
  }

  private void handOver(Pending pending) throws InterruptedException {
    SendPath path = pending.path;
    if (path.broken()) return;
    pending.after = afterAck(pending.message);
    if (!path.held.isEmpty() || !tryToSend(pending)) {
      path.held.add(pending);
      holding.add(path);
      metrics.holding(holding.size());
    }
  }

  private void lookAtRouters() throws InterruptedException {
    long now = System.nanoTime();
    if (now - lookAt < 0) return;
    if (!holding.isEmpty()) handOverTheHeld();
    if (!astray.isEmpty()) bringHome();
    lookAt = nextLook(now, System.nanoTime());
  }

  /**
   * When the next look at routers is due after one that took from {@code began} to {@code ended}.
   * With thousands who wait a look takes long: those who do not wait have half of the time. It
   * takes as long as Kafka is away, too, and who waited that out is not to wait as long again.
   */
  static long nextLook(long began, long ended) {
    return ended + Math.clamp(ended - began, LOOK_OFTEN.toNanos(), LONGEST_PAUSE.toNanos());
  }

  /** Between two messages, not at the next one: its own answer would be missing again by then. */
  private void bringHome() {
    Topology current = topology.get();
    astray.removeIf(path -> path.bringHome(current, routed));
  }

  private void handOverTheHeld() throws InterruptedException {
    for (SendPath path : List.copyOf(holding)) {
      while (!path.broken() && !path.held.isEmpty() && tryToSend(path.held.peek())) {
        path.held.poll();
      }
      if (path.broken()) path.held.clear();
      if (path.held.isEmpty()) holding.remove(path);
    }
    metrics.holding(holding.size());
  }

  /** False when it has to wait until earlier messages of its session are routed. */
  private boolean tryToSend(Pending pending) throws InterruptedException {
    if (tooOld(pending, System.nanoTime())) {
      // Trying takes time, and those behind it have waited as long.
      lose(pending, unanswered());
      return true;
    }
    Optional<String> halted = halt.get();
    if (halted.isPresent()) {
      lose(pending, new Refusal(halted.get(), true));
      return true;
    }
    Optional<String> problem = rule.problem(pending.message);
    if (problem.isPresent()) {
      refuse(pending, new Refusal(problem.get(), false));
      return true;
    }
    if (!findPath(pending)) return false;
    handedOver.add(pending);
    pending.roomPath.sent();
    if (pending.name == null) {
      send(pending);
      return true;
    }
    switch (keys.meet(pending.name, pending, pending.roomPath.partition())) {
      case KnownKeys.Known.First _ -> send(pending);
      case KnownKeys.Known.OnItsWay _ -> metrics.repeated();
      case KnownKeys.Known.Acknowledged(Ack ack) -> {
        metrics.repeated();
        pending.roomPath.answered(ack.offset());
        pending.path.acknowledge(pending, ack);
      }
    }
    return true;
  }

  /**
   * Decides where the message goes: where its session's last one to the room went, until all of
   * those are in their places, and where its own first sending went when it is a retry. False when
   * that has to wait.
   */
  private boolean findPath(Pending pending) {
    Topology now = topology.get();
    String room = pending.message.room();
    RoomPath path = pending.path.rooms.to(room);
    pending.roomPath = path;
    if (!path.begin(now, pending.after, routed)) return false;
    OptionalInt first = pending.name == null ? OptionalInt.empty() : keys.partition(pending.name);
    int wanted = first.orElseGet(() -> now.partitionOf(room));
    if (wanted == path.partition()) return true;
    if (path.settled(now, routed)) path.move(wanted);
    else if (first.isPresent()) return false;
    if (now.partitionOf(room) != path.partition()) astray.add(path);
    return true;
  }

  private Ack afterAck(Outgoing message) {
    if (message.afterAck() == null) return null;
    Optional<Ack> ack = Ack.parse(message.afterAck());
    if (ack.isPresent() && ack.get().fits(topology.get(), message.room())) return ack.get();
    metrics.badAck();
    return null;
  }

  /** Puts the record behind all earlier ones of its path; waits while the producer is full. */
  private void send(Pending pending) throws InterruptedException {
    int partition = pending.roomPath.partition();
    ProducerRecord<byte[], byte[]> record = rule.toRecord(pending.message, partition);
    if (limit.exceededBy(record)) {
      answered(pending, partition, -1, new RecordTooLargeException());
      return;
    }
    while (true) {
      if (pending.path.broken()) {
        settle(pending, null, unanswered());
        return;
      }
      switch (producer.send(
          record, (offset, error) -> answered(pending, partition, offset, error))) {
        case OrderedProducer.Taken _ -> {
          return;
        }
        case OrderedProducer.Refused(Exception why) -> {
          answered(pending, partition, -1, why);
          return;
        }
        case OrderedProducer.NotNow _ -> {
          giveUpTheHeld();
          giveUpTheOld();
          if (closed) pending.path.breakOff(unanswered());
        }
      }
    }
  }

  // Any thread from here on: Kafka answers on the producer's.

  private void answered(Pending pending, int partition, long offset, Exception error) {
    if (error == null) {
      settle(pending, new Ack(topology.get().fingerprint(), partition, offset), null);
    } else {
      settle(pending, null, Refusal.of(topic, pending.message.body().length, error));
    }
  }

  private void settle(Pending pending, Ack ack, Refusal refusal) {
    answer(pending, ack, refusal);
    if (pending.name == null) return;
    for (Pending repeat : keys.settle(pending.name, ack)) answer(repeat, ack, refusal);
  }

  private void answer(Pending pending, Ack ack, Refusal refusal) {
    pending.roomPath.answered(ack == null ? -1 : ack.offset());
    if (ack != null) {
      metrics.acknowledged(System.nanoTime() - pending.takenAt);
      pending.path.acknowledge(pending, ack);
    } else if (refusal.retry()) {
      lose(pending, refusal);
    } else {
      refuse(pending, refusal);
    }
  }

  private void lose(Pending pending, Refusal refusal) {
    pending.path.breakOff(refusal);
  }

  private void refuse(Pending pending, Refusal refusal) {
    metrics.failed(false);
    pending.path.refuse(pending, refusal);
  }
}
