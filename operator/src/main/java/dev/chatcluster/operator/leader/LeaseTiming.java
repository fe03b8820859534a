package dev.chatcluster.operator.leader;

import java.time.Duration;

/**
 * How leadership is kept and how it passes on.
 *
 * @param lease how long others wait since they last saw the leader renew; whole seconds
 * @param renew how long the leader goes on without having renewed. What is left of the lease then
 *     is for it to end in
 * @param retry between two looks at the Lease
 */
public record LeaseTiming(Duration lease, Duration renew, Duration retry) {
  /** Leadership of a leader that is killed passes on within lease + retry, and a second or two. */
  public static final LeaseTiming DEFAULT =
      new LeaseTiming(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));

  /** A request that hangs must leave time for another one. */
  Duration request() {
    return renew.dividedBy(3);
  }
}
