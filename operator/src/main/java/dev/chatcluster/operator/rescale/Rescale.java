package dev.chatcluster.operator.rescale;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.operator.desired.ChildNames;
import dev.chatcluster.operator.event.Events;
import dev.chatcluster.operator.kafka.ControlTopic;
import dev.chatcluster.operator.kafka.Kafka;
import dev.chatcluster.operator.kafka.KafkaFailure;
import dev.chatcluster.operator.kafka.RouterGroup;
import dev.chatcluster.operator.kafka.Transactions.Open;
import dev.chatcluster.operator.rescale.Phase.Cutting;
import dev.chatcluster.operator.rescale.Phase.Leaving;
import dev.chatcluster.operator.rescale.Phase.Preparing;
import dev.chatcluster.operator.rescale.Phase.Stable;
import dev.chatcluster.operator.rescale.Phase.Step;
import dev.chatcluster.operator.rescale.Phase.Wait;
import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.operator.status.StrayLag;
import dev.chatcluster.operator.status.Trouble;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.TopicDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rescale of one ChatCluster and what its routers need between two: does what the newest
 * situation asks for, on a thread of its own, and calls for a reconciliation when that has led
 * somewhere.
 */
final class Rescale implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rescale.class);

  /** A router at work is as far as the end within two looks of its own. */
  private static final Duration UNTIL_BEHIND = Duration.ofSeconds(3);

  /**
   * What the reconciler said last.
   *
   * @param changed calls for a reconciliation
   */
  record Order(ChatCluster cluster, Kafka kafka, Situation situation, Runnable changed) {
    String topic() {
      return ChildNames.topic(cluster);
    }

    Order with(ControlState log) {
      return new Order(cluster, kafka, situation.with(log), changed);
    }
  }

  private final Events events;
  private final InstantSource clock;
  private final Timing timing;
  private final Semaphore wake = new Semaphore(0);
  private final Frozen frozen = new Frozen();

  /** When Kafka did not allow it last to end what was left open; of the rescale's thread. */
  private Instant refused = Instant.MIN;

  private final Thread thread;

  // What both threads share, under this object's lock.
  private Order order;
  private boolean held;
  private Progress told;
  private Step step;
  private Trouble trouble;
  private Passage passage;
  private Passage shown;

  Rescale(String name, Events events, InstantSource clock, Timing timing) {
    this.events = events;
    this.clock = clock;
    this.timing = timing;
    thread = Thread.ofVirtual().name("rescale-" + name).unstarted(this::run);
  }

  /** Takes a newer order; returns how far it is, without waiting for anything. */
  synchronized Progress take(Order newest) {
    boolean first = order == null;
    order = newest;
    held = false;
    told = progress();
    if (first) thread.start();
    wake.release();
    return told;
  }

  /** Begins nothing until there is a newer order: what was ordered may not be wanted any more. */
  synchronized void hold() {
    held = true;
  }

  private synchronized boolean isHeld() {
    return held;
  }

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      Order current = order();
      try {
        act(current);
        note(null);
        look(current);
      } catch (KafkaFailure e) {
        note(blocked(current, e.getMessage()));
      } catch (RuntimeException e) {
        if (Thread.currentThread().isInterrupted()) return;
        LOG.error("rescaling {} failed", current.topic(), e);
        note(blocked(current, "the operator failed: " + e + "; please report this"));
      }
      tell();
      try {
        if (wake.tryAcquire(timing.tick().toMillis(), TimeUnit.MILLISECONDS)) wake.drainPermits();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void act(Order current) {
    switch (current.situation().phase(clock.instant())) {
      case Preparing preparing -> {
        if (!isHeld()) grow(current, preparing);
      }
      case Cutting _ -> cut(current);
      case Stable _, Leaving _ -> {
        // Nothing to be done in Kafka.
      }
    }
  }

  private void grow(Order current, Preparing preparing) {
    if (!preparing.waits().contains(new Wait.Topic(preparing.to()))) return;
    Kafka kafka = current.kafka();
    int there = kafka.describe(current.topic()).map(t -> t.partitions().size()).orElse(0);
    if (there < preparing.to()) {
      if (current.cluster().getSpec().topic().external()) {
        throw new KafkaFailure(
            Reason.TOO_FEW_PARTITIONS,
            "Topic/" + current.topic(),
            "topic "
                + current.topic()
                + " has "
                + there
                + " partitions, and spec.topic.management External leaves it to others; give it "
                + preparing.to()
                + " partitions where it is managed");
      }
      kafka.grow(current.topic(), preparing.to());
      events.normal(
          current.cluster(),
          "TopicGrown",
          "the topic " + current.topic() + " now has " + preparing.to() + " partitions");
    }
    // Its size, and when it grew, are for the reconciler to see and to write down.
    current.changed().run();
  }

  private void cut(Order current) {
    ControlState log = new ControlTopic(current.kafka(), current.topic()).read();
    if (!log.logId().equals(current.situation().log().logId()) || belongsToAnother(current, log)) {
      current.changed().run();
      return;
    }
    Situation now = current.situation().with(log);
    boolean anew = log.cutting().isEmpty();
    if (now.phase(clock.instant()) instanceof Cutting cutting && !(anew && isHeld())) {
      Cut cut = new Cut(current.kafka(), current.topic(), this::taking);
      log = cut.run(log, cutting.to());
      published(current, cutting, anew, log);
    }
    learn(log);
  }

  /** Its owner's operator does what is to be done, a cut that has begun included. */
  private static boolean belongsToAnother(Order current, ControlState log) {
    String uid = current.cluster().getMetadata().getUid();
    return log.owned().owner().filter(owner -> !owner.uid().equals(uid)).isPresent();
  }

  private void published(Order current, Cutting cutting, boolean anew, ControlState log) {
    Epoch newest = log.current().orElseThrow();
    if (newest.number() < cutting.epoch()) return;
    events.normal(
        current.cluster(),
        "EpochPublished",
        Words.change(cutting.from(), newest.partitions())
            + " is epoch "
            + newest.number()
            + (anew ? "" : ", completed after it was interrupted"));
  }

  /** Frees readers of routers that are frozen, and sees how far the others are. */
  private void look(Order current) {
    ControlState log = order().situation().log();
    Routers routers =
        new Routers(current.kafka(), current.topic(), log.logId().orElseThrow().uid());
    try {
      for (String id : routers.fenceFrozen(timing.frozen(), frozen, clock.instant())) {
        events.warning(
            current.cluster(),
            "RouterFenced",
            "the router "
                + id
                + " had a transaction open for too long, which holds back other partitions: its"
                + " pod is stopped or starved; it was fenced, and takes over again by itself");
      }
      if (behind() && clock.instant().isAfter(refused.plus(timing.sample()))) free(current, log);
      pass(current, log.current().orElseThrow());
    } catch (KafkaFailure e) {
      // The reconciler tells of a Kafka that is away; what a look needs is no more than useful.
      LOG.debug("the routers of {} cannot be looked at now", current.topic(), e);
    }
  }

  private void free(Order current, ControlState log) {
    String uid = log.logId().orElseThrow().uid();
    LeftOpen left = new LeftOpen(current.kafka(), current.topic(), uid);
    try {
      for (Open each : left.abort(passage().ends().size(), passage().epoch())) {
        events.warning(
            current.cluster(),
            "TransactionAborted",
            "Kafka had left a router's transaction open, which held back "
                + each.partition()
                + " from offset "
                + each.start()
                + " on: it was aborted, and the router does that part again");
      }
    } catch (KafkaFailure e) {
      if (e.trouble().reason() != Reason.AUTHORIZATION_FAILED) throw e;
      refused = clock.instant();
      events.warning(current.cluster(), "TransactionLeftOpen", e.getMessage());
    }
  }

  private void pass(Order current, Epoch newest) {
    RouterGroup routers = new RouterGroup(current.kafka(), current.topic());
    Instant now = clock.instant();
    Passage former = passage();
    boolean stale = former == null || former.epoch() != newest.number();
    boolean done = !stale && former.left() == 0;
    if (done && now.isBefore(former.since().plus(timing.sample()))) return;
    if (stale || done) {
      Optional<TopicDescription> topic = current.kafka().describe(current.topic());
      // Gone, or new to the broker that was asked: which of them, the reconciler finds out.
      if (topic.isEmpty()) return;
      int count = topic.get().partitions().size();
      List<Long> ends = current.kafka().endOffsets(current.topic(), count);
      former = new Passage(newest.number(), now, ends, routers.positions(newest, count));
    } else {
      former = former.with(routers.positions(newest, former.ends().size()));
    }
    passed(former, now);
  }

  /** What a router at work has not passed yet is not worth a word. */
  private synchronized void passed(Passage newest, Instant now) {
    passage = newest;
    boolean rescaling = !(order.situation().phase(now) instanceof Stable);
    if (newest.left() == 0 || rescaling || behind()) shown = newest.orAsTold(shown);
  }

  private synchronized boolean behind() {
    return passage != null
        && passage.left() > 0
        && !clock.instant().isBefore(passage.since().plus(UNTIL_BEHIND));
  }

  private Trouble blocked(Order current, String why) {
    Instant now = clock.instant();
    String what = Words.of(phase(now), now).message();
    return Trouble.of(
        Reason.RESCALE_BLOCKED, "Topic/" + current.topic(), what + "; it cannot go on: " + why);
  }

  private synchronized void taking(Step next) {
    LOG.debug("{}: {}", order.topic(), next.words());
    step = next;
  }

  private synchronized Order order() {
    return order;
  }

  private synchronized Passage passage() {
    return passage;
  }

  /** Until the reconciler has read it itself. */
  private synchronized void learn(ControlState log) {
    order = order.with(log);
    step = null;
  }

  private synchronized void note(Trouble now) {
    trouble = now;
  }

  private void tell() {
    Runnable changed = null;
    synchronized (this) {
      Progress now = progress();
      if (told.leadsTo(now)) changed = order.changed();
      // Also where nobody takes it up now: it is called for once.
      told = now;
    }
    if (changed != null) changed.run();
  }

  private Progress progress() {
    Instant now = clock.instant();
    Phase phase = phase(now);
    StrayLag strayLag = shown == null ? null : new StrayLag(shown.left(), shown.since());
    return new Progress(
        phase, Words.of(phase, now), Optional.ofNullable(trouble), strayLag, released(phase, now));
  }

  private synchronized Phase phase(Instant now) {
    Phase phase = order.situation().phase(now);
    return phase instanceof Cutting c && step != null
        ? new Cutting(c.epoch(), c.from(), c.to(), step)
        : phase;
  }

  private List<Integer> released(Phase phase, Instant now) {
    if (!(phase instanceof Leaving leaving) || passage == null) return List.of();
    if (passage.epoch() != leaving.epoch()) return List.of();
    boolean late = now.isAfter(passage.since().plus(timing.handover()));
    List<Epoch> epochs = order.situation().log().epochs();
    return leaving.leaving().stream().filter(p -> late || passage.handedOver(p, epochs)).toList();
  }

  /** Stops; what is left of a cut is done by whoever looks next. */
  @Override
  public void close() {
    thread.interrupt();
  }

  /** Waits, after {@link #close}, until nothing is done any more, but no longer than that. */
  void awaitEnd(Duration longest) {
    try {
      if (!thread.join(longest)) LOG.warn("{} did not end within {}", thread.getName(), longest);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
