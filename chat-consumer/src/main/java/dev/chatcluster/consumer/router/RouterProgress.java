package dev.chatcluster.consumer.router;

import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.send.Routed;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * How far routers are known to have come, for all sessions together: the own ones' positions are
 * here, others' are asked for when somebody needs to know, and not again for a while. A position
 * only grows, so an old answer is true, only less than it might be.
 */
public final class RouterProgress implements Routed {
  private static final long FRESH = Duration.ofMillis(200).toNanos();

  private final RouterPositions positions;
  private final IntFunction<OptionalLong> own;
  private final NextAnswer<Topology> topology;
  private final Map<Integer, OfPartition> partitions = new ConcurrentHashMap<>();

  /** What is known of one partition, and what is being asked. */
  private static final class OfPartition {
    final NextAnswer<Long> end;
    volatile long known = -1;
    long askedAt;
    boolean asking;

    OfPartition(NextAnswer<Long> end) {
      this.end = end;
    }
  }

  /**
   * @param own what this pod's own router of a partition has committed
   * @param catchUp the topology at an end of the control log that is asked for after the call
   */
  public RouterProgress(
      RouterPositions positions,
      IntFunction<OptionalLong> own,
      Supplier<CompletableFuture<Topology>> catchUp) {
    this.positions = positions;
    this.own = own;
    topology = new NextAnswer<>(catchUp);
  }

  @Override
  public boolean passed(int partition, long offset) {
    OfPartition asked = of(partition);
    if (asked.known >= offset) return true;
    OptionalLong here = own.apply(partition);
    if (here.isPresent() && here.getAsLong() >= offset) return true;
    ask(partition, asked);
    return false;
  }

  private void ask(int partition, OfPartition asked) {
    long now = System.nanoTime();
    synchronized (asked) {
      if (asked.asking || asked.askedAt != 0 && now - asked.askedAt < FRESH) return;
      asked.asking = true;
      asked.askedAt = now;
    }
    positions
        .committed(partition)
        .whenComplete(
            (position, error) -> {
              synchronized (asked) {
                asked.asking = false;
                if (error == null && position.isPresent()) {
                  asked.known = Math.max(asked.known, position.get());
                }
              }
            });
  }

  @Override
  public CompletableFuture<Long> endFromNow(int partition) {
    return of(partition).end.fromNow();
  }

  @Override
  public CompletableFuture<Topology> topologyFromNow() {
    return topology.fromNow();
  }

  private OfPartition of(int partition) {
    return partitions.computeIfAbsent(
        partition, p -> new OfPartition(new NextAnswer<>(() -> positions.end(p))));
  }
}
