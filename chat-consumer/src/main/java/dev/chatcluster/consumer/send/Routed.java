package dev.chatcluster.consumer.send;

import dev.chatcluster.consumer.control.Topology;
import java.util.concurrent.CompletableFuture;

/** How far routers have come, as senders need to know it. Any thread; nothing here waits. */
public interface Routed {
  /**
   * Whether all before {@code offset} is known to be routed. When it is not, the answer is looked
   * for, so that a later call may know.
   */
  boolean passed(int partition, long offset);

  /** An end of the partition that Kafka is asked for after this call. */
  CompletableFuture<Long> endFromNow(int partition);

  /** The topology at an end of the control log that Kafka is asked for after this call. */
  CompletableFuture<Topology> topologyFromNow();
}
