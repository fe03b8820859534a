package dev.chatcluster.consumer.fanout;

import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.LoopSink;
import dev.chatcluster.consumer.stomp.Printable;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop's rooms and their subscriptions. {@link #deliver} and {@link #execute} may be
 * called by any thread, everything else on the loop.
 */
public final class LoopFanout implements LoopSink {
  private static final Logger LOG = LoggerFactory.getLogger(LoopFanout.class);

  /** Bytes that may wait for the loop: beyond, the reader waits, so that memory stays bounded. */
  static final int WAITING_BYTES = 16 * 1024 * 1024;

  private final EventLoop loop;
  private final ByteBufAllocator allocator;
  private final Counter deliveries;
  private final Semaphore waiting = new Semaphore(WAITING_BYTES);
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
    int counted = awaitTurn(weight(entries));
    try {
      loop.execute(() -> carryOut(entries, counted));
    } catch (RejectedExecutionException e) {
      // The server is closing: nobody is left to deliver to.
    }
  }

  @Override
  public void execute(Runnable task) {
    try {
      loop.execute(() -> carryOut(task));
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

  /** A batch beyond the bound goes alone. */
  private static int weight(List<Entry> entries) {
    long weight = 0;
    for (int i = 0; i < entries.size(); i++) {
      weight += entries.get(i).weight();
    }
    return (int) Math.min(WAITING_BYTES, weight);
  }

  /** Takes its bytes of what may wait; returns how many are to be given back. */
  private int awaitTurn(int weight) {
    try {
      while (!loop.inEventLoop() && !loop.isShuttingDown()) {
        if (waiting.tryAcquire(weight, 100, TimeUnit.MILLISECONDS)) {
          return weight;
        }
      }
    } catch (InterruptedException e) {
      // The reader ends; what it still hands over finds its place.
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private void carryOut(List<Entry> entries, int counted) {
    int written = 0;
    try {
      for (int i = 0; i < entries.size(); i++) {
        Entry entry = entries.get(i);
        Audience audience = rooms.get(entry.room());
        if (audience != null) {
          written += deliver(entry, audience);
        }
      }
    } finally {
      waiting.release(counted);
      if (written > 0) {
        deliveries.increment(written);
      }
    }
  }

  /** Whoever may have missed the entry has to come again: a gap must never go unseen. */
  private int deliver(Entry entry, Audience audience) {
    try {
      return audience.deliver(entry, allocator);
    } catch (Throwable e) {
      LOG.warn(
          "Room \"{}\" could not be delivered; its clients here are told to come again",
          Printable.of(entry.room()),
          e);
      audience.fail();
      return 0;
    }
  }

  /** Subscriptions and sessions see to their own failures; of any other nobody knows the reach. */
  private void carryOut(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      LOG.error("A task of the client loop failed; all its subscribers are told to come again", e);
      rooms.values().forEach(Audience::fail);
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
      flush(now.get(i));
    }
    now.clear();
  }

  private static void flush(Outlet outlet) {
    try {
      outlet.flush();
    } catch (Throwable e) {
      LOG.warn("A client's queue could not be flushed; it is cut off", e);
      outlet.cut();
    }
  }
}
