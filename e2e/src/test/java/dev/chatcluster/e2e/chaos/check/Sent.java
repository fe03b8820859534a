package dev.chatcluster.e2e.chaos.check;

import java.util.BitSet;
import java.util.NavigableSet;

/**
 * What one sender knows of what it sent to a room.
 *
 * @param sender its number
 * @param acknowledged numbers of the messages that were acknowledged; any other may be there or not
 * @param changes numbers of the messages with which the sender changed its partition by itself:
 *     those before and after may swap. Empty for a sender that keeps its partition
 */
public record Sent(int sender, BitSet acknowledged, NavigableSet<Integer> changes) {
  boolean maySwap(int late, int before) {
    Integer change = changes.higher(late);
    return change != null && change <= before;
  }
}
