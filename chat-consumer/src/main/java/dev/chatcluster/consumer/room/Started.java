package dev.chatcluster.consumer.room;

/**
 * What a listener is told before its first entry.
 *
 * @param outcome whether it begins where it asked to
 * @param position a token that is safe to resume from before the first entry: the head at which it
 *     joined, or, with history still to come, the place where that begins
 * @param earliest token after which the log can still be read, when {@code outcome} is {@code
 *     TRUNCATED}; else null
 */
public record Started(Outcome outcome, String position, String earliest) {
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
