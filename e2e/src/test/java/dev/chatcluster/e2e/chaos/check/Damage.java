package dev.chatcluster.e2e.chaos.check;

import dev.chatcluster.e2e.log.LogCheck;

/** What must not happen to a room. */
public sealed interface Damage {
  /** The reference has a record twice. */
  record Doubled(String message, int first, int second) implements Damage {}

  /** It was acknowledged, and the reference does not have it. */
  record Lost(int sender, int number) implements Damage {}

  /** The reference has what nobody sent. */
  record Foreign(String message) implements Damage {}

  /** A sender's message comes behind a later one of the same sender. */
  record Reordered(int sender, int number, int behind) implements Damage {}

  /** It was delivered to somebody before the other was sent, and comes behind it. */
  record Overtaken(String delivered, String by, long nanos) implements Damage {}

  /** A client's stream is no contiguous run of the reference up to its end. */
  record Disagreement(String client, LogCheck.Problem problem) implements Damage {}
}
