package dev.chatcluster.consumer.reader;

/** Who routes the strays of this pod's own partitions. */
@FunctionalInterface
public interface Strays {
  /**
   * A record of an own partition is not in place; told on the reader's thread, before the
   * partition's head passes it, and again when it is read again. Must not block.
   */
  void seen(int partition, long offset);
}
