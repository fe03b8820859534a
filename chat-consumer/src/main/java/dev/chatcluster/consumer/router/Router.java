package dev.chatcluster.consumer.router;

import dev.chatcluster.consumer.config.Own;
import dev.chatcluster.consumer.control.ControlLog;
import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.metrics.RouterMetrics;
import dev.chatcluster.roomlog.Names;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The router of one partition, with a thread of its own. It becomes the valid one by fencing all
 * others first and looking at the control log then; when it is fenced, or does not know what became
 * of a transaction, it never goes on but watches whether another one does.
 */
final class Router {
  private static final Logger LOG = LoggerFactory.getLogger(Router.class);

  /** A valid router commits every second while there is anything to commit. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final int MOST_PATIENCE_DOUBLINGS = 2;

  /** A valid router commits at least every hour. */
  private static final Duration OVERDUE = Duration.ofHours(2);

  private static final Duration WATCH = Duration.ofSeconds(1);

  private final RouterSetup setup;
  private final Own own;
  private final ControlLog control;
  private final int partition;
  private final RouterMetrics.OfPartition meters;
  private final BiConsumer<String, Throwable> fatal;
  private final Thread thread;
  private RouterState state = new RouterState.Waiting();
  private Connected connected;
  private Shift shift;

  /** Starts in this epoch since one came to a commit. */
  private int fruitless;

  private volatile long committed = -1;
  private volatile boolean ended;

  Router(
      RouterSetup setup,
      Own own,
      ControlLog control,
      int partition,
      BiConsumer<String, Throwable> fatal) {
    this.setup = setup;
    this.own = own;
    this.control = control;
    this.partition = partition;
    this.fatal = fatal;
    meters = setup.metrics().partition(partition);
    thread = Thread.ofPlatform().name("router-" + partition).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Something may be to do: a stray, or another topology. */
  void wake() {
    LockSupport.unpark(thread);
  }

  /** Ends it, soon. */
  void end() {
    ended = true;
    wake();
  }

  void join(Duration longest) throws InterruptedException {
    thread.join(longest);
  }

  /** A position that this router committed, so that the partition's is there or further; or -1. */
  long committed() {
    return committed;
  }

  private void run() {
    try {
      while (!ended) {
        RouterState next = next();
        if (!next.label().equals(state.label())) {
          LOG.debug("the router of partition {} is {}", partition, next);
        }
        state = next;
        meters.state(state.label());
      }
    } catch (InterruptedException end) {
      LOG.debug("the router of partition {} is interrupted", partition);
    } catch (RuntimeException e) {
      fatal.accept("Strays of partition " + partition + " cannot be routed.", e);
    } finally {
      endShift();
      disconnect();
      meters.state("none");
    }
  }

  private RouterState next() throws InterruptedException {
    try {
      return switch (state) {
        case RouterState.Waiting waiting -> waitFor(waiting);
        case RouterState.Starting _ -> begin();
        case RouterState.Running running -> go(running);
        case RouterState.Standby standby -> watch(standby);
      };
    } catch (KafkaException e) {
      return standBy(e);
    }
  }

  private RouterState waitFor(RouterState.Waiting waiting) {
    if (mayRoute(control.topology())) {
      fruitless = 0;
      return new RouterState.Starting();
    }
    if (mayConnect(control.topology()) && connect()) return waiting;
    LockSupport.parkNanos(WATCH.toNanos());
    return waiting;
  }

  private boolean mayConnect(Topology topology) {
    return connected == null && topology.state().cutting().isPresent() && control.halt().isEmpty();
  }

  /** A cut gives the time for it. */
  private boolean connect() {
    try {
      connected = clients();
      connected.connect(setup.topic(), partition);
      return true;
    } catch (KafkaException e) {
      LOG.debug("the router of partition {} does not reach Kafka yet", partition, e);
      disconnect();
      return false;
    }
  }

  private Connected clients() {
    return Connected.of(setup, control.topology().logId().uid(), partition);
  }

  private String transactionalId() {
    return Names.routerTransactionalId(setup.topic(), control.topology().logId().uid(), partition);
  }

  private void disconnect() {
    Connected clients = connected;
    connected = null;
    if (clients != null) clients.close();
  }

  private boolean mayRoute(Topology topology) {
    return topology.state().cutting().isEmpty()
        && control.halt().isEmpty()
        && topology.ownedBy(own).contains(partition);
  }

  /** Fence first, then look: a cut that began before is seen, one that begins later fences us. */
  private RouterState begin() throws InterruptedException {
    fruitless++;
    try {
      if (connected == null) connected = clients();
      connected.producer().fenceOthers();
      // Both at once: whoever moves the position from here on has fenced us before.
      CompletableFuture<Topology> look = control.sync("router-" + partition + "-" + setup.pod());
      CompletableFuture<Optional<Long>> routed = setup.positions().surelyCommitted(partition);
      int partitions = control.topology().topicPartitions();
      CompletableFuture<Map<TopicPartition, Long>> open =
          setup.positions().open(transactionalId(), partitions);
      Topology topology = Answer.of(look);
      if (!mayRoute(topology)) return new RouterState.Waiting();
      if (topology.topicPartitions() != partitions) return new RouterState.Starting();
      new LeftOpen(setup, partition).check(Answer.of(open), Answer.of(routed));
      long position = position(topology, Answer.of(routed));
      shift = new Shift(setup, partition, topology, connected, position);
      connected = null;
      int epoch = topology.current().number();
      LOG.info("routing strays of partition {} from {} in epoch {}", partition, position, epoch);
      return new RouterState.Running(epoch);
    } finally {
      disconnect();
    }
  }

  /**
   * A coordinator may tell of a position that was left behind, after its broker was killed. What
   * was committed here says so, but not where to go on: that may be what Kafka has lost.
   */
  private long position(Topology topology, Optional<Long> known) throws InterruptedException {
    long begun = topology.log().routed(topology.log().newest(), partition);
    if (known.isPresent() && known.get() >= Math.max(committed, begun)) return known.get();
    BooleanSupplier wanted = () -> !ended && control.topology() == topology;
    return new LostPosition(setup, partition, topology, begun, wanted).find();
  }

  private RouterState go(RouterState.Running running) throws InterruptedException {
    Topology topology = control.topology();
    if (topology.current().number() != running.epoch() || !mayRoute(topology)) {
      endShift();
      return new RouterState.Waiting();
    }
    long idle = shift.turn();
    fruitless = 0;
    committed = Math.max(committed, shift.committed());
    if (idle > 0) LockSupport.parkNanos(idle);
    return running;
  }

  private RouterState standBy(KafkaException why) {
    long now = System.nanoTime();
    if (state instanceof RouterState.Standby standby) {
      return new RouterState.Standby(standby.epoch(), standby.position(), now);
    }
    if (fenced(why)) {
      meters.fenced();
      LOG.info("the router of partition {} is fenced by another, or by a cut", partition);
    } else {
      LOG.warn("the router of partition {} stops for now: {}", partition, why.toString());
    }
    int epoch =
        state instanceof RouterState.Running running
            ? running.epoch()
            : control.topology().current().number();
    long position = shift == null ? -1 : shift.committed();
    endShift();
    return new RouterState.Standby(epoch, position, now);
  }

  private static boolean fenced(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return true;
      }
    }
    return false;
  }

  /** So that two routers of a partition do not fence each other for ever. */
  private RouterState watch(RouterState.Standby standby) throws InterruptedException {
    Topology topology = control.topology();
    if (topology.current().number() != standby.epoch() || !mayRoute(topology)) {
      return new RouterState.Waiting();
    }
    LockSupport.parkNanos(WATCH.toNanos());
    if (ended || control.topology() != topology) return standby;
    long position = Answer.of(setup.positions().committed(partition)).orElse(standby.position());
    long now = System.nanoTime();
    if (position != standby.position()) {
      return new RouterState.Standby(standby.epoch(), position, now);
    }
    long still = now - standby.since();
    boolean behind =
        still > patience() && Answer.of(setup.positions().stableEnd(partition)) > position;
    return behind || still > OVERDUE.toNanos() ? new RouterState.Starting() : standby;
  }

  private long patience() {
    int doublings = Math.clamp(fruitless - 1, 0, MOST_PATIENCE_DOUBLINGS);
    return PATIENCE.toNanos() << doublings;
  }

  private void endShift() {
    if (shift == null) return;
    shift.close();
    shift = null;
  }
}
