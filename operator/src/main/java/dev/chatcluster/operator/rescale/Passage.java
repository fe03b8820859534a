package dev.chatcluster.operator.rescale;

import dev.chatcluster.roomlog.epoch.Epoch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How far the routers have come in what lay in the topic at one moment; a value.
 *
 * @param epoch in force at that moment
 * @param since when it was
 * @param ends where each partition ended
 * @param positions what each partition's router has passed since; never goes back
 */
record Passage(int epoch, Instant since, List<Long> ends, List<Long> positions) {
  /** The same with what the routers have committed since; of one that is missing nothing is new. */
  Passage with(List<Long> committed) {
    List<Long> furthest = new ArrayList<>();
    for (int p = 0; p < ends.size(); p++) {
      furthest.add(Math.max(positions.get(p), committed.get(p)));
    }
    return new Passage(epoch, since, ends, List.copyOf(furthest));
  }

  /** Records that no router has passed yet. */
  long left() {
    long left = 0;
    for (int p = 0; p < ends.size(); p++) left += Math.max(0, ends.get(p) - positions.get(p));
    return left;
  }

  /**
   * This, or the one told before where it said the same of the same records: its time stays then.
   */
  Passage orAsTold(Passage told) {
    boolean same = told != null && told.ends.equals(ends) && told.left() == left();
    return same ? told : this;
  }

  /** Whether nothing waits in any partition that the pods of partition {@code pod} ever owned. */
  boolean handedOver(int pod, List<Epoch> epochs) {
    for (Epoch each : epochs) {
      if (pod >= each.partitions()) continue;
      for (int p = pod; p < ends.size(); p += each.partitions()) {
        if (positions.get(p) < ends.get(p)) return false;
      }
    }
    return true;
  }
}
