package dev.chatcluster.consumer.reader;

import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.Membership;
import dev.chatcluster.roomlog.order.RoomCursor;
import dev.chatcluster.roomlog.order.RoomLog;
import dev.chatcluster.roomlog.position.Position;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A room that somebody here listens to or whose last messages are kept; the reader's own. There may
 * be very many.
 */
final class Room extends RoomCursor {
  /** Its last messages. */
  final Ring ring = new Ring();

  private Set<Membership> listeners = Set.of();
  private List<OnLoop> loops = List.of();

  /** Everything behind it is in the ring. */
  private Position covered;

  /** The last message; null while none is known. */
  private Position newest;

  /** Replays that end in the ring. */
  private int pins;

  /** Listeners of one event loop. */
  private static final class OnLoop {
    final LoopBatch batch;
    int listeners;

    OnLoop(LoopBatch batch) {
      this.batch = batch;
    }
  }

  /**
   * A room without a message.
   *
   * @param after where its reading begins
   * @param covered not behind {@code after}: there is no message between them
   */
  Room(String id, Position after, Position covered) {
    super(id, after);
    this.covered = covered;
  }

  @Override
  protected boolean wanted() {
    return pins > 0 || !listeners.isEmpty();
  }

  void pin() {
    pins++;
  }

  void unpin() {
    pins--;
  }

  boolean pinned() {
    return pins > 0;
  }

  void add(Membership listener, LoopBatch batch) {
    if (listeners.isEmpty()) {
      listeners = new HashSet<>(4);
      loops = new ArrayList<>(4);
    }
    if (listeners.add(listener)) onLoop(batch).listeners++;
  }

  /** Counts the listener out; false when it was not in. */
  boolean remove(Membership listener, LoopBatch batch) {
    if (listeners.isEmpty() || !listeners.remove(listener)) return false;
    OnLoop loop = onLoop(batch);
    if (--loop.listeners == 0) loops.remove(loop);
    if (listeners.isEmpty()) {
      listeners = Set.of();
      loops = List.of();
    }
    return true;
  }

  private OnLoop onLoop(LoopBatch batch) {
    for (OnLoop each : loops) if (each.batch == batch) return each;
    OnLoop added = new OnLoop(batch);
    loops.add(added);
    return added;
  }

  Set<Membership> listeners() {
    return listeners;
  }

  boolean hears(Membership listener) {
    return listeners.contains(listener);
  }

  /** What is known of the message before the next one; see {@link Entry#prev}. */
  Position prev(RoomLog log) {
    if (newest != null) return newest;
    return coveredFromTheFirst(log) ? Entry.NOTHING : null;
  }

  /** Makes the entry part of the poll's batch of each loop that listens. */
  void deliver(Entry entry, List<LoopBatch> dirty) {
    newest = entry.position();
    for (int i = 0; i < loops.size(); i++) {
      LoopBatch batch = loops.get(i).batch;
      if (batch.add(entry)) dirty.add(batch);
    }
  }

  /** The last message in the partition that is read; -1 when there is none. */
  long newestHere() {
    return newest != null && newest.partition() == partition() ? newest.offset() : -1;
  }

  /** Everything behind it is in the ring. */
  Position covered() {
    return covered;
  }

  void coveredFrom(Position place) {
    covered = place;
  }

  /** Whether all that follows the place, which is not ahead of the room, is in the ring. */
  boolean covers(Position place, RoomLog log) {
    int earlier = Math.min(place.epoch(), covered.epoch());
    int later = Math.min(Math.max(place.epoch(), covered.epoch()), log.newest());
    boolean unmoved =
        place.partition() == covered.partition()
            && log.stays(room(), place.partition(), earlier, later);
    return unmoved ? place.offset() >= covered.offset() : place.epoch() > covered.epoch();
  }

  /** Whether the ring has all there ever was. */
  boolean coveredFromTheFirst(RoomLog log) {
    return covered.offset() < 0
        && log.stays(room(), covered.partition(), 0, Math.min(covered.epoch(), log.newest()));
  }
}
