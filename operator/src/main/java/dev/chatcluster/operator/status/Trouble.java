package dev.chatcluster.operator.status;

/**
 * One thing that is wrong.
 *
 * @param partition that it concerns, or null when all
 * @param object that it concerns, {@code Kind/name}
 * @param message a sentence: what is wrong, and what to do; the same words while it lasts
 */
public record Trouble(Reason reason, Integer partition, String object, String message) {
  /** Trouble that concerns all partitions. */
  public static Trouble of(Reason reason, String object, String message) {
    return new Trouble(reason, null, object, message);
  }
}
