package dev.chatcluster.consumer.fanout;

import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.MessageHeader;
import dev.chatcluster.consumer.room.RoomListener;
import dev.chatcluster.consumer.room.Rooms;
import dev.chatcluster.consumer.room.Started;
import dev.chatcluster.consumer.stomp.Utf8;
import dev.chatcluster.roomlog.position.Position;
import java.util.ArrayDeque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's subscription to a room: a cursor in the room's log. What is not after the cursor is
 * dropped, so no overlap of history and live messages reaches the client.
 */
public final class Subscription implements RoomListener {
  /** What becomes of a subscription, told to the session. */
  public interface Owner {
    /** Before its first message. */
    void started(Subscription subscription, Started started);

    /** Its history cannot be read to the end. */
    void failed(Subscription subscription, String sentence);
  }

  private enum Phase {
    /** Asked for; not in the room yet, or history is still on its way. */
    CATCHING_UP,
    /** History has been handed over; what waits goes out as fast as the client reads. */
    SPLICING,
    LIVE,
    /** It may have missed an entry: nothing more is written, its owner is about to be told. */
    FAILED,
    OVER
  }

  private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);

  private final String room;
  private final Dress dress;
  private final LoopFanout fanout;
  private final Outlet outlet;
  private final Owner owner;
  private final long progressNanos;
  private final Runnable writeOn = () -> guard(this::writeOn);
  private Rooms.Registration registration;

  private Phase phase = Phase.CATCHING_UP;
  private boolean inRoom;
  private Position cursor;
  private List<MessageHeader> firstHeaders = List.of();
  private ArrayDeque<Entry> history;
  private ArrayDeque<Entry> kept;
  private long keptBytes;
  private Runnable more;
  private boolean waitingForOutlet;

  private long quietSince;

  /** Place in its group of the {@link Audience}, which sets it. */
  int index;

  /**
   * @param progressNanos of quiet after which the client is told how far it has come; 0: never
   */
  public Subscription(
      String room, Dress dress, LoopFanout fanout, Outlet outlet, Owner owner, long progressNanos) {
    this.room = room;
    this.dress = dress;
    this.fanout = fanout;
    this.outlet = outlet;
    this.owner = owner;
    this.progressNanos = progressNanos;
  }

  /** To be called with what {@link Rooms#join} returned. */
  public void registered(Rooms.Registration registration) {
    this.registration = registration;
    if (phase == Phase.OVER) {
      registration.cancel();
    }
  }

  /** Headers for the first message alone. */
  public void firstHeaders(List<MessageHeader> headers) {
    firstHeaders = headers;
  }

  public String room() {
    return room;
  }

  Dress dress() {
    return dress;
  }

  Outlet outlet() {
    return outlet;
  }

  /** Ends it: nothing is written from here on. */
  public void cancel() {
    if (phase == Phase.OVER) {
      return;
    }
    phase = Phase.OVER;
    forget();
    if (inRoom) {
      fanout.leave(this);
    }
    if (registration != null) {
      registration.cancel();
    }
  }

  private void forget() {
    history = null;
    kept = null;
    more = null;
    outlet.letGo(keptBytes);
    keptBytes = 0;
  }

  @Override
  public void started(Started started) {
    if (!ended()) {
      guard(() -> owner.started(this, started));
    }
  }

  @Override
  public void replay(List<Entry> entries, Runnable more) {
    if (ended()) {
      return;
    }
    if (history == null) {
      history = new ArrayDeque<>(entries.size());
    }
    history.addAll(entries);
    this.more = more;
    writeOn.run();
  }

  @Override
  public void joined() {
    if (!ended() && !inRoom) {
      fanout.join(this);
      inRoom = true;
    }
  }

  @Override
  public void live() {
    if (phase == Phase.CATCHING_UP) {
      phase = Phase.SPLICING;
      writeOn.run();
    }
  }

  @Override
  public void failed(String sentence) {
    if (phase == Phase.OVER) {
      return;
    }
    try {
      owner.failed(this, sentence);
    } catch (Throwable e) {
      LOG.warn("A client could not be told that it has to come again; it is cut off", e);
      outlet.cut();
    }
  }

  /**
   * Ends it because it may have missed an entry. Its owner is told in a task of its own: that
   * changes the audience, which may be in the middle of a delivery.
   */
  void fail() {
    if (ended()) {
      return;
    }
    phase = Phase.FAILED;
    forget();
    fanout.execute(
        () -> failed("the server failed to deliver messages of this room; reconnect and resume"));
  }

  /** To be called now and then; tells a client that wants it how far it has come. */
  public void tick() {
    long now = fanout.now();
    if (progressNanos == 0 || phase != Phase.LIVE || now - quietSince < progressNanos) {
      return;
    }
    quietSince = now;
    registration.position(token -> guard(() -> tellProgress(token)));
  }

  private void tellProgress(String token) {
    if (phase == Phase.LIVE && outlet.writable()) {
      outlet.write(MessageFrame.progress(fanout.allocator(), room, token, dress, firstHeaders));
      firstHeaders = List.of();
    }
  }

  private boolean ended() {
    return phase == Phase.FAILED || phase == Phase.OVER;
  }

  private void guard(Runnable step) {
    try {
      step.run();
    } catch (Throwable e) {
      LOG.warn("A subscription failed; its client is told to come again", e);
      fail();
    }
  }

  /** Whether the frame that its group shares is to be written to it; moves the cursor if so. */
  boolean takesShared(Entry entry) {
    if (phase != Phase.LIVE) {
      keep(entry);
      return false;
    }
    if (!outlet.takes() || !passes(entry)) {
      return false;
    }
    if (firstHeaders.isEmpty()) {
      return true;
    }
    writeAlone(entry);
    return false;
  }

  private boolean passes(Entry entry) {
    if (cursor != null && !entry.position().isAfter(cursor)) {
      return false;
    }
    cursor = entry.position();
    if (progressNanos > 0) {
      quietSince = fanout.now();
    }
    return true;
  }

  private void keep(Entry entry) {
    if (ended() || !outlet.takes() || cursor != null && !entry.position().isAfter(cursor)) {
      return;
    }
    if (kept == null) {
      kept = new ArrayDeque<>();
    }
    kept.add(entry);
    keptBytes += entry.weight();
    outlet.keep(entry.weight());
  }

  /** Writes history, then what was kept, as far as the client keeps up; asks for more history. */
  private void writeOn() {
    waitingForOutlet = false;
    while (!ended()) {
      if (!outlet.writable()) {
        awaitOutlet();
        return;
      }
      Entry next = history == null ? null : history.poll();
      if (next == null && more != null) {
        Runnable asked = more;
        more = null;
        asked.run();
        continue;
      }
      if (next == null && phase == Phase.SPLICING) {
        next = kept == null ? null : kept.poll();
        if (next == null) {
          history = null;
          kept = null;
          phase = Phase.LIVE;
          quietSince = fanout.now();
          return;
        }
        keptBytes -= next.weight();
        outlet.letGo(next.weight());
      }
      if (next == null) {
        return;
      }
      if (passes(next)) {
        writeAlone(next);
      }
    }
  }

  private void awaitOutlet() {
    if (!waitingForOutlet) {
      waitingForOutlet = true;
      outlet.whenWritable(writeOn);
    }
  }

  private void writeAlone(Entry entry) {
    boolean text = Utf8.isValid(entry.value());
    outlet.write(MessageFrame.encode(fanout.allocator(), entry, text, dress, firstHeaders));
    firstHeaders = List.of();
    fanout.delivered(1);
  }
}
