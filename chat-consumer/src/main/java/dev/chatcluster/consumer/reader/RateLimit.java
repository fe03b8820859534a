package dev.chatcluster.consumer.reader;

import java.time.Duration;

/** Lets one line through in a while and counts those it held back; one thread's own. */
final class RateLimit {
  private final long interval;
  private long nextAt = Long.MIN_VALUE;
  private long held;

  RateLimit(Duration interval) {
    this.interval = interval.toNanos();
  }

  /** Whether a line may be written now. */
  boolean allows(long now) {
    if (nextAt != Long.MIN_VALUE && now - nextAt < 0) {
      held++;
      return false;
    }
    nextAt = now + interval;
    return true;
  }

  /** How many were held back since the last time this was asked. */
  long held() {
    long count = held;
    held = 0;
    return count;
  }
}
