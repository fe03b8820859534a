package dev.chatcluster.operator.rescale;

import java.time.Instant;
import java.util.List;

/** Where a change of the partition count stands. */
public sealed interface Phase {
  /** How many partitions should have pods, from 0 on. */
  int pods();

  /** The newest epoch is what is asked for. */
  record Stable(int epoch, int partitions) implements Phase {
    @Override
    public int pods() {
      return partitions;
    }
  }

  /**
   * Everything that can be undone: the topic grows, pods start, producers see the new size.
   *
   * @param waits what it waits for, at least one
   */
  record Preparing(int from, int to, List<Wait> waits) implements Phase {
    /** Pods of a partition that is not there would never become ready. */
    @Override
    public int pods() {
      return waits.contains(new Wait.Topic(to)) ? from : Math.max(from, to);
    }
  }

  /**
   * From the intent in the control log to the published epoch: will be completed.
   *
   * @param epoch to come
   * @param step that is being taken
   */
  record Cutting(int epoch, int from, int to, Step step) implements Phase {
    @Override
    public int pods() {
      return Math.max(from, to);
    }
  }

  /**
   * The epoch holds; pods that own nothing in it are still there.
   *
   * @param leaving their partitions, ascending
   */
  record Leaving(int epoch, int partitions, List<Integer> leaving) implements Phase {
    @Override
    public int pods() {
      return partitions;
    }
  }

  /** What a preparation waits for. */
  sealed interface Wait {
    /** The topic's growth to that many partitions. */
    record Topic(int partitions) implements Wait {}

    /** The readiness of the new pods of these partitions. */
    record Pods(List<Integer> missing) implements Wait {}

    /** Producers that have not seen the topic's size yet; all have then. */
    record Producers(Instant until) implements Wait {}
  }

  /** The steps of a cut, in their order. */
  enum Step {
    /** The intent goes into the control log. */
    CUT("its intent is written"),
    /** Nothing is forwarded under the old count any more. */
    FENCE("the routers of the old count are fenced"),
    /** How far the routers had come. */
    POSITIONS("the routers' positions are read"),
    /** A barrier goes into every partition. */
    BARRIERS("a barrier is written into every partition"),
    /** The new count holds. */
    PUBLISH("the epoch is published");

    private final String words;

    Step(String words) {
      this.words = words;
    }

    /** A main clause. */
    String words() {
      return words;
    }
  }
}
