package dev.chatcluster.operator.rescale;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which routers with an open transaction are frozen. One that was fenced and comes back to the same
 * may have a slow Kafka instead: it is given more and more looks, so that it gets through.
 */
final class Frozen {
  private static final int MOST_LOOKS = 8;

  /** A router that was not fenced for so long begins anew. */
  private static final Duration FORGIVEN = Duration.ofMinutes(10);

  private record Fenced(int times, Instant last) {}

  private final Map<String, Integer> looks = new HashMap<>();
  private final Map<String, Fenced> fenced = new HashMap<>();

  /**
   * Those that are to be fenced now.
   *
   * @param open the ids of whom a transaction has been open for too long, at this look
   */
  List<String> due(Collection<String> open, Instant now) {
    looks.keySet().retainAll(Set.copyOf(open));
    fenced.values().removeIf(f -> now.isAfter(f.last().plus(FORGIVEN)));
    open.forEach(id -> looks.merge(id, 1, Integer::sum));
    List<String> due = open.stream().filter(id -> looks.get(id) >= patience(id)).toList();
    for (String id : due) {
      looks.remove(id);
      fenced.merge(id, new Fenced(1, now), (former, _) -> new Fenced(former.times() + 1, now));
    }
    return due;
  }

  /** In looks. */
  private int patience(String id) {
    Fenced before = fenced.get(id);
    return before == null ? 1 : Math.min(MOST_LOOKS, 1 << Math.min(before.times(), 8));
  }
}
