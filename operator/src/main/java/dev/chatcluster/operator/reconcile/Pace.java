package dev.chatcluster.operator.reconcile;

import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.operator.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * When to look again.
 *
 * @param resync while nothing is wrong
 * @param first after which trouble is tried again at first
 * @param last the longest wait while there is trouble
 * @param farewell how long a deletion waits for Kafka
 */
public record Pace(Duration resync, Duration first, Duration last, Duration farewell) {
  private static final Duration SECRETS = Duration.ofMinutes(2);
  private static final Set<String> RETRIED =
      Arrays.stream(Reason.values())
          .filter(Reason::retried)
          .map(Reason::toString)
          .collect(Collectors.toSet());

  /** As in production, but for the resync. */
  public static Pace withResync(Duration resync) {
    return new Pace(resync, Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofMinutes(2));
  }

  /**
   * A trouble is tried again when it is twice as old: a back-off that no restart forgets.
   *
   * @param secrets whether Secrets are named, which are only seen to change by looking
   */
  Duration after(ChatClusterStatus status, boolean secrets, Instant now) {
    Duration wait =
        status.problems().stream()
            .filter(p -> RETRIED.contains(p.reason()))
            .map(p -> Duration.between(Instant.parse(p.since()), now))
            .min(Duration::compareTo)
            .map(age -> age.compareTo(first) < 0 ? first : age)
            .map(age -> age.compareTo(last) > 0 ? last : age)
            .orElse(resync);
    if (secrets && wait.compareTo(SECRETS) > 0) wait = SECRETS;
    return wait.compareTo(resync) < 0 ? wait : resync;
  }
}
