package dev.chatcluster.e2e.kubernetes.inside;

import java.util.List;
import java.util.Map;

/**
 * A line of the log, one a second once all clients are subscribed.
 *
 * @param rooms by the room's name, what its client saw
 * @param services by the Service's name, what became of new connections to it
 * @param late how much later than it was due the line was written, in milliseconds: what all of
 *     this process waited for its machine
 */
public record Sight(Map<String, Seen> rooms, Map<String, Tried> services, long late) {
  /**
   * What a client saw.
   *
   * @param received fingerprints of the messages since the line before
   * @param reconnects how often it came back, in all
   * @param complaints what it should not have seen, in all
   */
  public record Seen(long[] received, int reconnects, List<String> complaints) {}

  /**
   * What became of new connections since the line before.
   *
   * @param answered how many were
   * @param slowest what the slowest of these took, in milliseconds
   * @param refused why the others were not
   */
  public record Tried(int answered, long slowest, List<String> refused) {}
}
