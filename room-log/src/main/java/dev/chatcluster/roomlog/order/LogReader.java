package dev.chatcluster.roomlog.order;

import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.position.Position;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Follows the logs of rooms through partitions and epochs, one record at a time. It does no I/O:
 * its caller shows it, partition by partition and in order, the records from where it asks to read,
 * and what the control topic says.
 *
 * <p>A room whose epoch ends goes on in its next partition from where that epoch's records may
 * begin, which can lie behind what is read there already: then the partition is read again from
 * that place, and each room passes over what it has had.
 *
 * <p>Not thread-safe: one thread owns it. Only {@link #view} may be handed to others.
 *
 * @param <R> the caller's rooms
 */
public final class LogReader<R extends RoomCursor> {
  /** What the reader asks of its caller. */
  public interface Port<R> {
    /**
     * The next records to be shown of {@code partition} are those from {@code offset} on, whatever
     * was shown before; it may be a partition that was not read so far.
     */
    void readFrom(int partition, long offset);

    /** The room moved and nobody wants it: it is no longer followed. */
    void forgotten(R room);

    /**
     * The published barrier of {@code partition} is not the one that was seen: what the rooms of
     * this partition had may be wrong, and they are no longer followed.
     */
    void broken(int partition, String why, List<R> rooms);
  }

  /** What a barrier record is. */
  public enum Met {
    /** The epoch that it names counts from here. */
    BARRIER,
    /** One of an epoch that is known already. */
    KNOWN,
    /** Not written by a cut of this log: without effect. */
    FORGED,
    /** Nobody knows before the control log is read to an end sampled from now on. */
    UNKNOWN
  }

  /** One partition as far as it is read. */
  private static final class Tail {
    PartitionView view;
    long head;
    long highest;

    Tail(PartitionView view, long head) {
      this.view = view;
      this.head = head;
      this.highest = head;
    }
  }

  private final Port<R> port;
  private final Map<Integer, Tail> tails = new HashMap<>();
  private final Map<String, R> rooms = new HashMap<>();

  /** Rooms whose segment is not the newest epoch's. */
  private final Set<R> ending = new LinkedHashSet<>();

  /** Partitions that are to be read again, and from where. */
  private final Map<Integer, Long> again = new HashMap<>();

  private ControlState state = ControlState.EMPTY;
  private RoomLog log;

  /**
   * A reader that follows nothing yet.
   *
   * @param first with at least epoch 0
   */
  public LogReader(ControlState first, Port<R> port) {
    this.port = port;
    this.state = first;
    this.log = RoomLog.of(first.epochs());
  }

  /** The published epochs that are known here. */
  public RoomLog log() {
    return log;
  }

  /**
   * Begins to follow a partition. The caller has read the control log to an end sampled after it
   * chose {@code offset} (or an offset from which this one was derived), and chose none behind the
   * hint of a running cut: so no barrier that counts lies before it unseen.
   */
  public void begin(int partition, long offset) {
    tails.put(partition, new Tail(PartitionView.of(log, partition), offset));
  }

  /** Follows a partition no longer. Its rooms must have been removed. */
  public void end(int partition) {
    tails.remove(partition);
  }

  /** Whether the partition is followed. */
  public boolean follows(int partition) {
    return tails.containsKey(partition);
  }

  /** The offset of the next record to be shown; -1 when the partition is not followed. */
  public long head(int partition) {
    Tail tail = tails.get(partition);
    return tail == null ? -1 : tail.head;
  }

  /**
   * Whether nothing is being read again: the partition is as far as it ever was. False when it is
   * not followed.
   */
  public boolean foremost(int partition) {
    Tail tail = tails.get(partition);
    return tail != null && tail.head >= tail.highest;
  }

  /** How records of a followed partition are placed, up to {@link #head}; may be handed on. */
  public PartitionView view(int partition) {
    return tails.get(partition).view;
  }

  /** The room of that name; null when it is not followed. */
  public R room(String name) {
    return rooms.get(name);
  }

  /** All rooms that are followed. */
  public Collection<R> rooms() {
    return rooms.values();
  }

  /** Follows a room from its cursor on, which lies where its partition is read. */
  public void add(R room) {
    rooms.put(room.room(), room);
    if (room.epoch() < log.newest()) ending.add(room);
  }

  /** Follows a room no longer. */
  public void remove(R room) {
    rooms.remove(room.room(), room);
    ending.remove(room);
  }

  /**
   * A place that is safe to resume from: all that the room had lies up to it, all that it has not
   * had lies behind it, and it is as near to the head as can be said.
   */
  public Position position(R room) {
    if (!follows(room.partition())) {
      return new Position(room.epoch(), room.partition(), room.last());
    }
    return place(room.room(), room.epoch(), room.partition(), room.last());
  }

  /** The same for a room that is not followed and whose newest partition is. */
  public Position head(String room) {
    int newest = log.newest();
    int partition = log.owner(newest, room);
    Tail tail = tails.get(partition);
    // The newest epoch may be known before its barrier is read.
    int epoch = tail.view.epochOf(room, newest, tail.head - 1);
    return place(room, epoch, partition, -1);
  }

  private Position place(String room, int epoch, int partition, long last) {
    Tail tail = tails.get(partition);
    int now = tail.view.epochAt(tail.head);
    if (tail.view.stays(room, epoch, now)) {
      return new Position(Math.max(epoch, now), partition, Math.max(last, tail.head - 1));
    }
    // The room leaves, and its segment has been read to its end.
    long end = epoch < log.newest() ? log.barrier(epoch + 1, partition) : tail.view.barrier();
    return new Position(epoch, partition, end - 1);
  }

  /**
   * Where a record of a followed partition lies: the number of the epoch in whose segment it is in
   * place, {@link RoomLog#STRAY} or {@link PartitionView#WITHHELD}.
   */
  public int place(int partition, String room, long offset) {
    return tails.get(partition).view.place(room, offset);
  }

  /** Whether a record in place in {@code home} is the room's next. */
  public boolean takes(R room, int home, int partition, long offset) {
    return room.takes(tails.get(partition).view, home, offset);
  }

  /** Shows a record that claims to be a barrier; at {@link Met#UNKNOWN} it is to be shown again. */
  public Met meet(int partition, long offset, Barrier barrier, boolean controlLogIsRead) {
    Tail tail = tails.get(partition);
    int k = barrier.number();
    if (k <= log.newest()) return log.barrier(k, partition) == offset ? Met.KNOWN : Met.FORGED;
    CutStarted cut = state.cutting().orElse(null);
    if (cut != null && cut.number() == k) {
      if (!barrier.isOf(cut)) return Met.FORGED;
      if (tail.view.cut() != null) return Met.KNOWN;
      tail.view = new PartitionView(log, partition, cut, offset);
      return Met.BARRIER;
    }
    return controlLogIsRead ? Met.FORGED : Met.UNKNOWN;
  }

  /** Everything before {@code next} has been shown; offsets have holes, so the caller says it. */
  public void reached(int partition, long next) {
    Tail tail = tails.get(partition);
    tail.head = next;
    tail.highest = Math.max(tail.highest, next);
  }

  /**
   * Takes over what the control log says now; may ask to read again. Call it between two batches of
   * records.
   */
  public void learn(ControlState newer) {
    if (newer.equals(state)) return;
    int known = log.newest();
    state = newer;
    // Whatever else is new, a barrier that was seen of the running cut stays one.
    if (newer.epochs().size() - 1 == known) return;
    log = RoomLog.of(newer.epochs());
    for (int partition : List.copyOf(tails.keySet())) relearn(partition, known);
    for (R room : rooms.values()) if (room.epoch() < log.newest()) ending.add(room);
    // What was withheld, or a stray so far, may now be in place, for rooms that nobody follows too.
    for (int partition : tails.keySet()) {
      if (gains(partition, known))
        again.merge(partition, log.routed(known + 1, partition), Math::min);
    }
    settle();
  }

  private boolean gains(int partition, int known) {
    for (int k = known + 1; k <= log.newest(); k++) {
      if (partition < log.epochs().get(k).partitions()) return true;
    }
    return false;
  }

  private void relearn(int partition, int known) {
    Tail tail = tails.get(partition);
    long seen = tail.view.barrier();
    // A barrier was seen of the running cut only, and that is the first epoch to be learnt.
    tail.view = PartitionView.of(log, partition);
    long barrier = log.barrier(known + 1, partition);
    boolean existed = partition < log.epochs().get(known + 1).barriers().size();
    if (existed && seen != barrier && Math.min(seen, barrier) < tail.highest) {
      fail(
          partition,
          "epoch "
              + (known + 1)
              + " was published with its barrier in partition "
              + partition
              + " at offset "
              + barrier
              + ", but "
              + (seen == Long.MAX_VALUE ? "none" : "one at offset " + seen)
              + " was read");
    }
  }

  private void fail(int partition, String why) {
    List<R> there = new ArrayList<>();
    for (R room : rooms.values()) if (room.partition() == partition) there.add(room);
    there.forEach(this::remove);
    port.broken(partition, why, there);
  }

  /**
   * Lets rooms whose epoch has ended go on in the next one; may ask to read again. Call it when all
   * records of a batch, of all partitions, were shown and {@link #reached} was called.
   */
  public void settle() {
    for (R room : List.copyOf(ending)) {
      goOn(room);
      if (room.epoch() >= log.newest()) ending.remove(room);
    }
    again.forEach(this::rewind);
    again.clear();
  }

  /** At most one move: the next one needs what is read in the partition that it moves to. */
  private void goOn(R room) {
    while (room.epoch() < log.newest()) {
      Tail tail = tails.get(room.partition());
      int next = room.epoch() + 1;
      if (tail == null || tail.head < log.barrier(next, room.partition())) return;
      Segment segment = log.segment(next, room.room());
      if (segment.partition() != room.partition()) {
        move(room, segment);
        return;
      }
      room.stay(next);
    }
  }

  private void move(R room, Segment to) {
    if (room.wanted()) {
      room.move(to);
      again.merge(to.partition(), to.from(), Math::min);
    } else {
      remove(room);
      port.forgotten(room);
    }
  }

  private void rewind(int partition, long from) {
    Tail tail = tails.get(partition);
    if (tail == null) begin(partition, from);
    else if (tail.head > from) tail.head = from;
    else return;
    port.readFrom(partition, from);
  }
}
