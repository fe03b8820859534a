package dev.chatcluster.consumer.router;

import dev.chatcluster.consumer.config.Own;
import dev.chatcluster.consumer.control.ControlLog;
import dev.chatcluster.consumer.control.Topology;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The routers of the partitions that this pod owns, or will in the epoch that is being cut: they
 * come and go with the epochs.
 */
public final class Routers {
  private final RouterSetup setup;
  private final Own own;
  private final ControlLog control;
  private final BiConsumer<String, Throwable> fatal;
  private final Map<Integer, Router> routers = new HashMap<>();
  private boolean closed;

  /**
   * @param control with its first topology
   * @param fatal is told why this part cannot go on
   */
  public Routers(
      RouterSetup setup, Own own, ControlLog control, BiConsumer<String, Throwable> fatal) {
    this.setup = setup;
    this.own = own;
    this.control = control;
    this.fatal = fatal;
  }

  /** Starts those of the partitions that are this pod's now, and follows the epochs. */
  public void start() {
    setup.seen().whenStray(this::wake);
    control.whenChanged(this::follow);
    follow();
  }

  private synchronized void follow() {
    if (closed) return;
    Topology topology = control.topology();
    Set<Integer> owned = new HashSet<>(topology.ownedBy(own));
    owned.addAll(topology.soonOwnedBy(own));
    routers.forEach(
        (partition, router) -> {
          if (owned.contains(partition)) router.wake();
          else router.end();
        });
    routers.keySet().retainAll(owned);
    for (int partition : owned) {
      if (routers.containsKey(partition)) continue;
      Router router = new Router(setup, own, control, partition, fatal);
      routers.put(partition, router);
      router.start();
    }
  }

  private synchronized void wake(int partition) {
    Router router = routers.get(partition);
    if (router != null) router.wake();
  }

  /**
   * A position of the partition that this pod's own router has committed: the newest is that or
   * further. Empty when it has committed none.
   */
  public synchronized OptionalLong committed(int partition) {
    Router router = routers.get(partition);
    long committed = router == null ? -1 : router.committed();
    return committed < 0 ? OptionalLong.empty() : OptionalLong.of(committed);
  }

  /**
   * Ends all; the next ones go on from what they committed.
   *
   * @param longest to wait for them together
   */
  public void close(Duration longest) {
    List<Router> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(routers.values());
    }
    long end = System.nanoTime() + longest.toNanos();
    all.forEach(Router::end);
    try {
      for (Router each : all) {
        each.join(Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime())));
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
