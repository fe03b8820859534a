package dev.chatcluster.operator.leader;

import java.time.Duration;
import java.util.Optional;

/** What a candidate does once it has read the Lease. */
sealed interface Move {
  /** Writes its own name and the time: to lead, or to go on leading. */
  record Hold() implements Move {}

  /**
   * Lets another lead.
   *
   * @param rest until that one's time is over, if it does not renew
   */
  record StandBy(Duration rest) implements Move {}

  /**
   * Must not act any more.
   *
   * @param holder who leads instead
   */
  record Yield(String holder) implements Move {}

  /**
   * Decides. Whether another's time is over is told by how long this candidate has seen no change,
   * not by the times in the Lease, which are of another machine's clock.
   *
   * @param leading whether the candidate leads as far as it knows
   * @param lease as read; empty when there is none
   * @param unchanged for how long the candidate has known it like that
   */
  static Move next(String candidate, boolean leading, Optional<Holding> lease, Duration unchanged) {
    Holding held = lease.orElse(Holding.NOBODY);
    if (held.holder().equals(candidate)) return new Hold();
    if (leading) return new Yield(held.holder());
    if (held.holder().isEmpty() || unchanged.compareTo(held.length()) >= 0) return new Hold();
    return new StandBy(held.length().minus(unchanged));
  }
}
