package dev.chatcluster.roomlog.order;

import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;

/**
 * How far one partition's records can be placed: by the published epochs, and by the barrier of a
 * cut whose epoch is not published yet, once a reader has come by it. A value.
 *
 * @param log the published epochs
 * @param partition whose records are asked for
 * @param cut whose barrier has been seen; null when none has
 * @param barrier its offset; {@link Long#MAX_VALUE} without one
 */
public record PartitionView(RoomLog log, int partition, CutStarted cut, long barrier) {
  /**
   * The place of a record that lies behind an unpublished barrier and belongs to a room that comes
   * to this partition: nobody may have it before the room's former partition is read to its end.
   */
  public static final int WITHHELD = -2;

  /** Without an unpublished barrier. */
  public static PartitionView of(RoomLog log, int partition) {
    return new PartitionView(log, partition, null, Long.MAX_VALUE);
  }

  /**
   * The epoch in whose segment the record is in place, {@link RoomLog#STRAY}, or {@link #WITHHELD}.
   */
  public int place(String room, long offset) {
    if (offset < barrier) return log.home(room, partition, offset);
    if (!owns(cut, room)) return RoomLog.STRAY;
    return log.owner(log.newest(), room) == partition ? cut.number() : WITHHELD;
  }

  /** Whether the room is this partition's in all epochs from {@code first} to {@code last}. */
  public boolean stays(String room, int first, int last) {
    boolean published = log.stays(room, partition, first, Math.min(last, log.newest()));
    return published && (last <= log.newest() || cut != null && owns(cut, room));
  }

  /**
   * The epoch of a place in a room's log: {@code epoch} in which the room is this partition's, or,
   * where that begins only behind the place, an earlier one from which the room stayed.
   */
  public int epochOf(String room, int epoch, long offset) {
    int k = epoch;
    while (k > 0 && begins(k) > offset && log.owner(k - 1, room) == partition) k--;
    return k;
  }

  private long begins(int k) {
    return k > log.newest() ? barrier : log.barrier(k, partition);
  }

  private boolean owns(CutStarted epochToCome, String room) {
    return epochToCome.partitioning().partition(room, epochToCome.partitions()) == partition;
  }

  /** The newest epoch that counts at {@code offset}, as far as the reader has come. */
  int epochAt(long offset) {
    return offset < barrier ? log.seg(partition, offset) : cut.number();
  }
}
