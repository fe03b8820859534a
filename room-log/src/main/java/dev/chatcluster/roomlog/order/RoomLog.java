package dev.chatcluster.roomlog.order;

import dev.chatcluster.roomlog.epoch.Epoch;
import java.util.List;

/**
 * What the published epochs say of a record's place: the rules {@code seg}, {@code route} and
 * {@code home}. A room's log is, for each epoch in turn, the records that are at home in it, by
 * offset. A value, never changed.
 */
public final class RoomLog {
  /** The home of a record that lies in no room's log itself: its one forwarded copy does. */
  public static final int STRAY = -1;

  private final List<Epoch> epochs;

  private RoomLog(List<Epoch> epochs) {
    this.epochs = epochs;
  }

  /**
   * The log of these epochs.
   *
   * @param epochs from 0, at least one, each number its index
   */
  public static RoomLog of(List<Epoch> epochs) {
    if (epochs.isEmpty()) throw new IllegalArgumentException("a log has at least epoch 0");
    return new RoomLog(List.copyOf(epochs));
  }

  /** The epochs from 0. */
  public List<Epoch> epochs() {
    return epochs;
  }

  /** The number of the epoch in force. */
  public int newest() {
    return epochs.size() - 1;
  }

  /** The partition that owns {@code room} in epoch {@code k}. */
  public int owner(int k, String room) {
    return epochs.get(k).partitionOf(room);
  }

  /**
   * B: the offset from which epoch {@code k} counts in {@code partition}; 0 where the partition did
   * not exist yet, {@link Long#MAX_VALUE} for an epoch to come.
   */
  public long barrier(int k, int partition) {
    if (k > newest()) return Long.MAX_VALUE;
    List<Long> barriers = epochs.get(k).barriers();
    return partition < barriers.size() ? barriers.get(partition) : 0;
  }

  /**
   * F: the offset below which the strays of {@code partition} had been routed before epoch {@code
   * k}; 0 where the partition did not exist yet, {@link Long#MAX_VALUE} for an epoch to come.
   */
  public long routed(int k, int partition) {
    if (k > newest()) return Long.MAX_VALUE;
    List<Long> routed = epochs.get(k).routed();
    return partition < routed.size() ? routed.get(partition) : 0;
  }

  /** The segment that a record lies in: the newest epoch whose barrier is not behind it. */
  public int seg(int partition, long offset) {
    int k = newest();
    while (k > 0 && barrier(k, partition) > offset) k--;
    return k;
  }

  /** The epoch in force when the partition's router passed the record, or will pass it. */
  public int route(int partition, long offset) {
    int k = seg(partition, offset);
    while (offset >= routed(k + 1, partition)) k++;
    return k;
  }

  /**
   * The first epoch between {@link #seg} and {@link #route} in which the partition owns the room:
   * in its segment the record is in place. {@link #STRAY} when there is none.
   */
  public int home(String room, int partition, long offset) {
    int newest = newest();
    if (offset >= barrier(newest, partition)) {
      return owner(newest, room) == partition ? newest : STRAY;
    }
    int route = route(partition, offset);
    for (int k = seg(partition, offset); k <= route; k++) {
      if (owner(k, room) == partition) return k;
    }
    return STRAY;
  }

  /** Where the records of {@code room} that are at home in epoch {@code k} lie. */
  public Segment segment(int k, String room) {
    int partition = owner(k, room);
    long from = k == 0 ? 0 : routed(k, partition);
    return new Segment(k, partition, from, barrier(k + 1, partition));
  }

  /** Whether {@code partition} owns the room in all epochs from {@code first} to {@code last}. */
  public boolean stays(String room, int partition, int first, int last) {
    for (int k = first; k <= last; k++) if (owner(k, room) != partition) return false;
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RoomLog log && epochs.equals(log.epochs);
  }

  @Override
  public int hashCode() {
    return epochs.hashCode();
  }

  @Override
  public String toString() {
    return "RoomLog" + epochs;
  }
}
