package dev.chatcluster.consumer.fanout;

import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.LoopSink;
import io.micrometer.core.instrument.Counter;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * One event loop's rooms and their subscriptions. {@link #deliver} and {@link #execute} may be
 * called by any thread, everything else on the loop.
 */
public final class LoopFanout implements LoopSink {
  /** Batches that may wait for the loop: beyond, the reader waits, so that memory stays bounded. */
  private static final int WAITING_BATCHES = 64;

  private final EventLoop loop;
  private final ByteBufAllocator allocator;
  private final Counter deliveries;
  private final Semaphore batches = new Semaphore(WAITING_BATCHES);
  private final Map<String, Audience> rooms = new HashMap<>();
  private final Runnable flushAll = this::flushAll;
  private ArrayList<Outlet> dirty = new ArrayList<>();
  private ArrayList<Outlet> flushing = new ArrayList<>();
  private boolean flushQueued;
  private long now = System.nanoTime();

  /**
   * @param deliveries counts messages written to a subscription
   */
  public LoopFanout(EventLoop loop, ByteBufAllocator allocator, Counter deliveries) {
    this.loop = loop;
    this.allocator = allocator;
    this.deliveries = deliveries;
  }

  @Override
  public void deliver(List<Entry> entries) {
    boolean counted = awaitTurn();
    try {
      loop.execute(() -> carryOut(entries, counted));
    } catch (RejectedExecutionException e) {
      // The server is closing: nobody is left to deliver to.
    }
  }

  @Override
  public void execute(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      // As above.
    }
  }

  /** The loop's clock, {@link System#nanoTime()} as of the last tick: for times in seconds. */
  public long now() {
    return now;
  }

  /** Moves the clock. */
  public void tick() {
    now = System.nanoTime();
  }

  /** Takes a place among the waiting batches; false when it is not to be given back. */
  private boolean awaitTurn() {
    try {
      while (!loop.inEventLoop() && !loop.isShuttingDown()) {
        if (batches.tryAcquire(100, TimeUnit.MILLISECONDS)) {
          return true;
        }
      }
    } catch (InterruptedException e) {
      // The reader ends; what it still hands over finds its place.
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private void carryOut(List<Entry> entries, boolean counted) {
    int written = 0;
    try {
      for (int i = 0; i < entries.size(); i++) {
        Entry entry = entries.get(i);
        Audience audience = rooms.get(entry.room());
        if (audience != null) {
          written += audience.deliver(entry, allocator);
        }
      }
    } finally {
      if (counted) {
        batches.release();
      }
      if (written > 0) {
        deliveries.increment(written);
      }
    }
  }

  void join(Subscription subscription) {
    rooms.computeIfAbsent(subscription.room(), room -> new Audience()).add(subscription);
  }

  void leave(Subscription subscription) {
    Audience audience = rooms.get(subscription.room());
    audience.remove(subscription);
    if (audience.isEmpty()) {
      rooms.remove(subscription.room());
    }
  }

  void delivered(int messages) {
    deliveries.increment(messages);
  }

  /** Where buffers for this loop's sockets come from. */
  public ByteBufAllocator allocator() {
    return allocator;
  }

  /** Tasks are first in, first out: batches that wait already are written before this flush. */
  void flushLater(Outlet outlet) {
    dirty.add(outlet);
    if (!flushQueued) {
      flushQueued = true;
      loop.execute(flushAll);
    }
  }

  private void flushAll() {
    flushQueued = false;
    // A flush may write (a waiting replay goes on), and so queue the next flush: two lists.
    ArrayList<Outlet> now = dirty;
    dirty = flushing;
    flushing = now;
    for (int i = 0; i < now.size(); i++) {
      now.get(i).flush();
    }
    now.clear();
  }
}
