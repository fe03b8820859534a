package dev.chatcluster.consumer.router;

import dev.chatcluster.consumer.send.Routed;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/**
 * How far routers are known to have come, for all sessions together: the own ones' positions are
 * here, others' are asked for when somebody needs to know, and not again for a while. A position
 * only grows, so an old answer is true, only less than it might be.
 */
public final class RouterProgress implements Routed {
  private static final long FRESH = Duration.ofMillis(200).toNanos();

  private final RouterPositions positions;
  private final IntFunction<OptionalLong> own;
  private final Map<Integer, OfPartition> partitions = new ConcurrentHashMap<>();

  /** What is known of one partition, and what is being asked. */
  private static final class OfPartition {
    volatile long known = -1;
    long askedAt;
    boolean asking;
    CompletableFuture<Long> endAsked;
    CompletableFuture<Long> endNext;
  }

  /**
   * @param own what this pod's own router of a partition has committed
   */
  public RouterProgress(RouterPositions positions, IntFunction<OptionalLong> own) {
    this.positions = positions;
    this.own = own;
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

  /** Whoever calls while Kafka is being asked shares the next question. */
  @Override
  public CompletableFuture<Long> endFromNow(int partition) {
    OfPartition asked = of(partition);
    synchronized (asked) {
      if (asked.endAsked == null) return askEnd(partition, asked);
      if (asked.endNext != null) return asked.endNext;
      CompletableFuture<Long> next = new CompletableFuture<>();
      asked.endNext = next;
      asked.endAsked.whenComplete((end, error) -> askNext(partition, asked, next));
      return next;
    }
  }

  private CompletableFuture<Long> askEnd(int partition, OfPartition asked) {
    CompletableFuture<Long> end = positions.end(partition);
    asked.endAsked = end;
    end.whenComplete(
        (offset, error) -> {
          synchronized (asked) {
            if (asked.endAsked == end) asked.endAsked = null;
          }
        });
    return end;
  }

  private void askNext(int partition, OfPartition asked, CompletableFuture<Long> next) {
    CompletableFuture<Long> end;
    synchronized (asked) {
      asked.endNext = null;
      end = askEnd(partition, asked);
    }
    end.whenComplete(
        (offset, error) -> {
          if (error == null) next.complete(offset);
          else next.completeExceptionally(error);
        });
  }

  private OfPartition of(int partition) {
    return partitions.computeIfAbsent(partition, p -> new OfPartition());
  }
}
