package dev.chatcluster.consumer.reader;

import dev.chatcluster.consumer.config.ConsumerConfig.History;
import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.roomlog.position.Position;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Bounds what all rooms keep: each room by count and bytes, all together by memory. Whose last
 * message is oldest loses its ring first, before them rooms that nobody listens to.
 */
final class Rings {
  /** What a ring may hold more while replays are about to end in it. */
  private static final int PINNED_MESSAGES = 10_000;

  private static final int PINNED_BYTES = 4 << 20;

  /** A room without its entries, about. */
  private static final int ROOM = 320;

  private final History each;
  private final long most;
  private final Consumer<Room> drop;
  private final Map<Room, Room> idle = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Room, Room> wanted = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /**
   * @param each the bounds of one room
   * @param most bytes of memory for all of them
   * @param drop is told to hold a room no longer
   */
  Rings(History each, long most, Consumer<Room> drop) {
    this.each = each;
    this.most = most;
    this.drop = drop;
  }

  /** Whether rooms are kept that nobody listens to. */
  boolean keepIdle() {
    return each.messages() > 0 && each.bytes() > 0;
  }

  /** Whether an entry of this room would be kept. */
  boolean keep(Room room) {
    return keepIdle() || room.pinned();
  }

  /** Bytes of memory, about. */
  long bytes() {
    return bytes;
  }

  /** Counts a room in. */
  void add(Room room) {
    bytes += ROOM;
    place(room);
  }

  /** Counts out a room that was counted in. */
  void remove(Room room) {
    idle.remove(room);
    wanted.remove(room);
    bytes -= ROOM + room.ring.weight();
  }

  /** Somebody wants the room now, or nobody any more. */
  void moved(Room room) {
    idle.remove(room);
    wanted.remove(room);
    place(room);
  }

  /** Puts the room behind all others of its kind. */
  private void place(Room room) {
    if (!room.wanted()) idle.put(room, room);
    else if (room.ring.size() > 0) wanted.put(room, room);
    else wanted.remove(room);
  }

  /** Makes the entry the newest of its room's ring, for which others make room. */
  void append(Room room, Entry entry) {
    if (!keep(room)) {
      empty(room, entry.position());
      return;
    }
    Ring ring = room.ring;
    long before = ring.weight();
    ring.add(entry);
    int messages = each.messages() + (room.pinned() ? PINNED_MESSAGES : 0);
    int payload = each.bytes() + (room.pinned() ? PINNED_BYTES : 0);
    while (ring.size() > messages || ring.size() > 0 && ring.payload() > payload) {
      room.coveredFrom(ring.removeOldest().position());
    }
    bytes += ring.weight() - before;
    place(room);
    while (bytes > most && evict()) {}
  }

  private boolean evict() {
    if (!idle.isEmpty()) {
      drop.accept(idle.keySet().iterator().next());
      return true;
    }
    if (wanted.isEmpty()) return false;
    Room oldest = wanted.keySet().iterator().next();
    empty(oldest, oldest.ring.last(1).getFirst().position());
    return true;
  }

  /** Nothing up to {@code place}, that of the room's last message, is kept any more. */
  private void empty(Room room, Position place) {
    room.coveredFrom(place);
    if (room.ring.size() == 0) return;
    wanted.remove(room);
    bytes -= room.ring.weight();
    room.ring.clear();
  }
}
