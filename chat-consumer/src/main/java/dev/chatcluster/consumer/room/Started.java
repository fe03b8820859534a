package dev.chatcluster.consumer.room;

/**
 * What a listener is told before its first entry.
 *
 * @param outcome whether it begins where it asked to
 * @param position a token that is safe to resume from before the first entry: the head at which it
 *     joined, or, with history still to come, the place where that begins
 * @param earliest token after which the log can still be read, when {@code outcome} is {@code
 *     TRUNCATED}; else null
 * @param replayed what comes first, when it asked for the last messages; else null
 */
public record Started(Outcome outcome, String position, String earliest, Replayed replayed) {
  /** A listener that did not ask for the last messages. */
  public Started(Outcome outcome, String position, String earliest) {
    this(outcome, position, earliest, null);
  }

  /**
   * The last messages that a listener gets first.
   *
   * @param messages how many
   * @param older whether the room may have had others before them
   */
  public record Replayed(int messages, boolean older) {}

  /** How a request to begin was met. */
  public enum Outcome {
    /** Live, as asked. */
    LIVE,
    /** All that follows the token comes, then live. */
    RECOVERED,
    /** The token is of another log; live from now. */
    NEW_CLUSTER,
    /** Kafka no longer holds what follows the token; live from now. */
    TRUNCATED,
    /** More than a pod is willing to read again; live from now. */
    TOO_FAR,
    /** No token, or not one of this room; live from now. */
    BAD_TOKEN
  }
}
