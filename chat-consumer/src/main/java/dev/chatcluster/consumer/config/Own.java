package dev.chatcluster.consumer.config;

/** Which partitions this process is the pod of. */
public sealed interface Own {
  /**
   * One partition's pod.
   *
   * @param partition its number, from 0
   */
  record One(int partition) implements Own {
    @Override
    public String toString() {
      return Integer.toString(partition);
    }
  }

  /** Alone for the whole topic; it also writes the first epoch when nobody has. */
  record All() implements Own {
    @Override
    public String toString() {
      return "all";
    }
  }
}
