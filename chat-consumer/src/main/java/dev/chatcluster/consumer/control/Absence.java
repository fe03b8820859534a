package dev.chatcluster.consumer.control;

import java.time.Duration;

/** How long something has been missing; its owner's thread. */
final class Absence {
  private Long since;

  /** It is missing now: since when. */
  Duration lasting() {
    long now = System.nanoTime();
    if (since == null) since = now;
    return Duration.ofNanos(now - since);
  }

  /** It is there, or nobody can say. */
  void over() {
    since = null;
  }
}
