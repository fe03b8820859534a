package dev.chatcluster.roomlog.order;

import dev.chatcluster.roomlog.position.Position;

/**
 * How far a {@link LogReader} has come in one room's log: the segment that it reads, and the last
 * offset there that the room has had. The reader's own thread's.
 */
public abstract class RoomCursor {
  private final String room;
  private int epoch;
  private int partition;
  private long last;

  /**
   * Begins behind a position.
   *
   * @param room its id
   * @param after in the room's log
   */
  protected RoomCursor(String room, Position after) {
    this.room = room;
    this.epoch = after.epoch();
    this.partition = after.partition();
    this.last = after.offset();
  }

  /** Whether somebody listens: a room that nobody wants is forgotten when it moves. */
  protected abstract boolean wanted();

  /** The room's id. */
  public final String room() {
    return room;
  }

  /** The epoch whose segment is read. */
  public final int epoch() {
    return epoch;
  }

  /** The partition that this segment lies in. */
  public final int partition() {
    return partition;
  }

  /** The last offset of the partition that the room has had. */
  final long last() {
    return last;
  }

  /** Whether a record in place in {@code home} is the room's next; moves behind it if so. */
  final boolean takes(PartitionView view, int home, long offset) {
    if (view.partition() != partition || offset <= last || home < epoch) return false;
    if (home > epoch && !view.stays(room, epoch, home)) return false;
    epoch = home;
    last = offset;
    return true;
  }

  final void stay(int nextEpoch) {
    epoch = nextEpoch;
  }

  final void move(Segment to) {
    epoch = to.epoch();
    partition = to.partition();
    last = to.from() - 1;
  }
}
