package dev.chatcluster.consumer.control;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * How far the control topic is read, and who waits for it to be read further. One thread says how
 * far; any may wait.
 */
final class Awaited {
  private record Waiting(long offset, CompletableFuture<Topology> reached) {}

  private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private volatile Topology topology;
  private volatile long readTo;

  /** Completes {@code reached} once everything before {@code offset} is read. */
  void until(long offset, CompletableFuture<Topology> reached) {
    waiting.add(new Waiting(offset, reached));
    // Perhaps it was read before this one was in the queue, and nothing more comes.
    answer();
  }

  /** Everything before {@code offset} is read, and says this. */
  void reached(long offset, Topology now) {
    topology = now;
    readTo = offset;
    answer();
  }

  private void answer() {
    long read = readTo;
    Topology now = topology;
    waiting.removeIf(
        each -> {
          if (each.offset <= read) each.reached.complete(now);
          return each.reached.isDone();
        });
  }
}
