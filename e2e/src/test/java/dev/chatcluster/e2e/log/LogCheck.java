package dev.chatcluster.e2e.log;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares what a client received of a room with the room's log. */
public final class LogCheck {
  private static final int ENOUGH = 20;

  private final long[] log;
  private final Map<Long, Integer> places;

  /**
   * @param log fingerprints of the room's messages in the order of Kafka's log
   * @throws IllegalArgumentException when two are the same: then a duplicate could not be told from
   *     a message
   */
  public LogCheck(long[] log) {
    this.log = log.clone();
    places = HashMap.newHashMap(log.length);
    for (int place = 0; place < log.length; place++) {
      Integer before = places.put(log[place], place);
      if (before != null)
        throw new IllegalArgumentException(
            "The log holds the same message twice, at " + before + " and " + place + ".");
    }
  }

  /** What is wrong with a client's view of the log. */
  public sealed interface Problem {
    /** The messages of the log from {@code first} to {@code last} never came. */
    record Gap(int first, int last) implements Problem {}

    /** The message at {@code place} of the log came again, as the client's {@code nth}. */
    record Duplicate(int place, int nth) implements Problem {}

    /** The message at {@code place} came after one that follows it in the log. */
    record Inversion(int place, int nth) implements Problem {}

    /** The client's {@code nth} message is not in the log. */
    record Foreign(int nth) implements Problem {}

    /** So many more were found than are listed. */
    record More(int problems) implements Problem {}
  }

  /**
   * Finds every difference.
   *
   * @param received fingerprints of all that the client received, over all its connections
   * @return empty when it is the whole log, each message once, in order; a long list is cut short
   */
  public List<Problem> problems(long[] received) {
    List<Problem> problems = new ArrayList<>();
    BitSet seen = new BitSet(log.length);
    int expected = 0;
    for (int nth = 0; nth < received.length; nth++) {
      Integer place = places.get(received[nth]);
      if (place == null) {
        problems.add(new Problem.Foreign(nth));
        continue;
      }
      if (seen.get(place)) problems.add(new Problem.Duplicate(place, nth));
      else if (place < expected) problems.add(new Problem.Inversion(place, nth));
      seen.set(place);
      expected = Math.max(expected, place + 1);
    }
    for (int first = seen.nextClearBit(0); first < log.length; ) {
      int next = seen.nextSetBit(first);
      int last = next < 0 ? log.length - 1 : next - 1;
      problems.add(new Problem.Gap(first, last));
      first = seen.nextClearBit(last + 1);
    }
    if (problems.size() <= ENOUGH) return problems;
    List<Problem> some = new ArrayList<>(problems.subList(0, ENOUGH));
    some.add(new Problem.More(problems.size() - ENOUGH));
    return some;
  }
}
