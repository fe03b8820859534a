package dev.chatcluster.e2e.chaos.check;

import java.util.ArrayList;
import java.util.List;

/**
 * What a check has found.
 *
 * @param damage what must not be
 * @param messages in the reference
 * @param deliveries to all clients
 * @param landedTwice attempts beyond the first that are in the reference too
 * @param swaps of messages before and after their sender's own change of partition
 * @param longestStallNanos largest time from the sending of a message to its first delivery
 */
public record Findings(
    List<Damage> damage,
    int messages,
    long deliveries,
    int landedTwice,
    int swaps,
    long longestStallNanos) {
  public static final Findings NONE = new Findings(List.of(), 0, 0, 0, 0, 0);

  /** Both together. */
  public Findings with(Findings other) {
    List<Damage> all = new ArrayList<>(damage);
    all.addAll(other.damage);
    return new Findings(
        all,
        messages + other.messages,
        deliveries + other.deliveries,
        landedTwice + other.landedTwice,
        swaps + other.swaps,
        Math.max(longestStallNanos, other.longestStallNanos));
  }

  /** Damage of one kind. */
  public long count(Class<? extends Damage> kind) {
    return damage.stream().filter(kind::isInstance).count();
  }
}
