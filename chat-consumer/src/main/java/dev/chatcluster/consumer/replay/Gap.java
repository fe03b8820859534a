package dev.chatcluster.consumer.replay;

import dev.chatcluster.roomlog.order.PartitionView;
import dev.chatcluster.roomlog.order.RoomLog;
import dev.chatcluster.roomlog.position.Position;
import java.util.ArrayList;
import java.util.List;

/**
 * What a listener wants of a room's log and memory does not hold.
 *
 * @param after the last place that is not wanted
 * @param until the last one that is: what follows it is kept in memory
 * @param view how records are placed up to there, in its partition; others' by its epochs alone
 */
public record Gap(Position after, Position until, PartitionView view) {
  /**
   * A stretch of a partition in which the room's records are in place for some epochs in a row.
   *
   * @param from its first offset
   * @param to the offset behind it; never before {@code from}
   * @param first number of the first of the epochs
   * @param last number of the last
   */
  record Leg(PartitionView view, long from, long to, int first, int last) {
    int partition() {
      return view.partition();
    }

    /** The epoch in whose segment a record of {@code room} is in place here; -1 when it is not. */
    int home(String room, long offset) {
      int home = view.place(room, offset);
      return home >= first && home <= last ? home : -1;
    }
  }

  /** The stretches to read, in the room's order; at least one. */
  List<Leg> legs(String room) {
    RoomLog log = view.log();
    List<Leg> legs = new ArrayList<>(1);
    int first = after.epoch();
    int partition = after.partition();
    long from = after.offset() + 1;
    while (true) {
      int last = first;
      while (last < until.epoch() && stays(log, room, partition, last + 1)) last++;
      boolean ends = last >= until.epoch();
      long to = ends ? until.offset() + 1 : log.barrier(last + 1, partition);
      PartitionView here = view.partition() == partition ? view : PartitionView.of(log, partition);
      legs.add(new Leg(here, from, Math.max(from, to), first, last));
      if (ends) return legs;
      first = last + 1;
      partition = log.owner(first, room);
      from = log.routed(first, partition);
    }
  }

  /** An epoch that is not published yet is one in which the room stays. */
  private static boolean stays(RoomLog log, String room, int partition, int epoch) {
    return epoch > log.newest() || log.owner(epoch, room) == partition;
  }
}
