package dev.chatcluster.consumer.websocket;

import dev.chatcluster.consumer.fanout.LoopFanout;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop and the connections that live on it. One tick looks after all their times: far
 * cheaper than timers of their own. Used on the loop only, except for {@link #start}.
 */
final class Loop {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

  /** A connection as its loop sees it. */
  interface Guest {
    /** Looks at the times of the connection; {@link LoopFanout#now()} has moved. */
    void tick();

    /** Ends it, for the client to come again to another pod; once what it has begun is answered. */
    void leave();

    /** Ends it as {@link #leave} does, but waits for no answer. */
    void leaveNow();

    /** Closes its socket at once. */
    void cut();
  }

  private final EventLoop eventLoop;
  private final LoopFanout fanout;
  private final Set<Guest> guests = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean leaving;
  private long lastLeave;

  Loop(EventLoop eventLoop, LoopFanout fanout) {
    this.eventLoop = eventLoop;
    this.fanout = fanout;
  }

  void start(long tickNanos) {
    eventLoop.scheduleAtFixedRate(this::tick, tickNanos, tickNanos, TimeUnit.NANOSECONDS);
  }

  LoopFanout fanout() {
    return fanout;
  }

  void add(Guest guest) {
    guests.add(guest);
    // Its handshake was under way when the others were told; it is served, and is the last to go.
    if (leaving) leaveIn(guest, Math.max(0, lastLeave - eventLoop.ticker().nanoTime()));
  }

  void remove(Guest guest) {
    guests.remove(guest);
  }

  /** Makes all guests leave, one after the other, evenly over a time. */
  void leaveOver(long nanos) {
    leaving = true;
    lastLeave = eventLoop.ticker().nanoTime() + nanos;
    List<Guest> all = List.copyOf(guests);
    for (int i = 0; i < all.size(); i++) leaveIn(all.get(i), nanos * i / all.size());
  }

  /** Makes all who are still here leave at once. */
  void leaveNow() {
    List.copyOf(guests).forEach(Guest::leaveNow);
  }

  private void leaveIn(Guest guest, long nanos) {
    eventLoop.schedule(guest::leave, nanos, TimeUnit.NANOSECONDS);
  }

  private void tick() {
    fanout.tick();
    // A copy: a guest may go while it is looked at.
    for (Guest guest : new ArrayList<>(guests)) {
      try {
        guest.tick();
      } catch (Throwable e) {
        // One that gets through would end the ticks of all.
        LOG.warn("A connection failed; it is cut off", e);
        guest.cut();
      }
    }
  }
}
