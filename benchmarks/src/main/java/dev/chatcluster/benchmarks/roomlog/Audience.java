package dev.chatcluster.benchmarks.roomlog;

import dev.chatcluster.benchmarks.client.ClientLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Followers on one loop. */
final class Audience implements AutoCloseable {
  private static final int CONNECTING_AT_ONCE = 100;

  private final ClientLoop loop = new ClientLoop();
  private final List<Follower> all = new ArrayList<>();

  /** Connects one after the other, some at once, and returns when all are subscribed. */
  void add(List<Follower> followers) throws Exception {
    for (int i = 0; i < followers.size(); i++) {
      loop.connect(followers.get(i)).sync();
      if (i % CONNECTING_AT_ONCE == CONNECTING_AT_ONCE - 1)
        followers.get(i).subscribed().get(60, TimeUnit.SECONDS);
    }
    all.addAll(followers);
    for (Follower follower : followers) follower.subscribed().get(60, TimeUnit.SECONDS);
  }

  /** Connects all without waiting for any. */
  void addAtOnce(List<Follower> followers) {
    all.addAll(followers);
    followers.forEach(loop::connect);
  }

  /** Their server is about to go. */
  void expectEnd() {
    all.forEach(Follower::expectEnd);
  }

  List<Follower> all() {
    return all;
  }

  /** Messages that did not follow their predecessor: lost, doubled or out of order. */
  long disorder() {
    return ask(() -> all.stream().mapToLong(Follower::disorder).sum());
  }

  /** Asks on the thread of the clients, which alone may look at them while they read. */
  <T> T ask(Supplier<T> question) {
    return CompletableFuture.supplyAsync(question, loop::run).join();
  }

  /**
   * Waits until so many have come, or nothing has come for ten seconds.
   *
   * @return how many have not
   */
  static long awaitCount(long wanted, LongSupplier count) throws InterruptedException {
    long quietSince = System.nanoTime();
    long before = -1;
    while (count.getAsLong() < wanted
        && System.nanoTime() - quietSince < TimeUnit.SECONDS.toNanos(10)) {
      long now = count.getAsLong();
      if (now != before) quietSince = System.nanoTime();
      before = now;
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return wanted - count.getAsLong();
  }

  @Override
  public void close() {
    expectEnd();
    loop.close();
  }
}
