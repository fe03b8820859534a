package dev.chatcluster.operator.rescale;

import java.time.Duration;

/**
 * How often a rescale looks, and how long it waits.
 *
 * @param tick between two looks
 * @param frozen how long a router may have a transaction open: it forwards in milliseconds, and
 *     holds back every reader of the partitions it writes to
 * @param sample between two samples of what the routers have passed, while nothing is behind
 * @param handover how long pods that own nothing any more may wait for the routers of others
 */
public record Timing(Duration tick, Duration frozen, Duration sample, Duration handover) {
  /** As in production. */
  public static final Timing DEFAULT =
      new Timing(
          Duration.ofSeconds(1),
          Duration.ofMillis(1500),
          Duration.ofMinutes(1),
          Duration.ofMinutes(2));
}
