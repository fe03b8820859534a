package dev.chatcluster.roomlog.epoch;

import dev.chatcluster.roomlog.room.Partitioning;
import java.util.Collections;
import java.util.List;

/**
 * A partition count in force, from its barriers on.
 *
 * @param number from 0; each rescale adds one
 * @param partitions that rooms are spread over, at least 1
 * @param partitioning the rule of the spreading
 * @param barriers B: for each partition that existed, the offset from which this epoch counts
 * @param routed F: for each of them, the offset below which strays had been routed under earlier
 *     epochs
 */
public record Epoch(
    int number, int partitions, Partitioning partitioning, List<Long> barriers, List<Long> routed) {
  /** Refuses what cannot be an epoch. */
  public Epoch {
    if (number < 0) throw new IllegalArgumentException("an epoch's k is 0 or more: " + number);
    if (partitions < 1) {
      throw new IllegalArgumentException("an epoch's n is 1 or more: " + partitions);
    }
    if (barriers.size() != routed.size()) {
      throw new IllegalArgumentException(
          "an epoch's B and F are of one length: " + barriers.size() + ", " + routed.size());
    }
    barriers = List.copyOf(barriers);
    routed = List.copyOf(routed);
  }

  /** The first epoch of a new topic: nothing comes before it. */
  public static Epoch first(int partitions, Partitioning partitioning) {
    List<Long> zeros = Collections.nCopies(partitions, 0L);
    return new Epoch(0, partitions, partitioning, zeros, zeros);
  }

  /**
   * The first epoch over a topic that has records already.
   *
   * @param endOffsets of all partitions at adoption: strays before them belong to no room's log
   */
  public static Epoch adopting(int partitions, Partitioning partitioning, List<Long> endOffsets) {
    return new Epoch(
        0, partitions, partitioning, Collections.nCopies(endOffsets.size(), 0L), endOffsets);
  }

  /** The partition that holds {@code room} in this epoch. */
  public int partitionOf(String room) {
    return partitioning.partition(room, partitions);
  }
}
