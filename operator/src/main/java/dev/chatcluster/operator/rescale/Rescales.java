package dev.chatcluster.operator.rescale;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.operator.access.Access;
import dev.chatcluster.operator.event.Events;
import dev.chatcluster.operator.kafka.Kafka;
import dev.chatcluster.operator.kafka.KafkaConnections;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The rescales of all ChatClusters; thread-safe. */
public final class Rescales implements AutoCloseable {
  /** A question to Kafka that is under way takes no longer. */
  private static final Duration END = Duration.ofSeconds(5);

  private final KafkaConnections connections;
  private final Events events;
  private final InstantSource clock;
  private final Timing timing;
  private final Map<String, Rescale> running = new HashMap<>();

  public Rescales(KafkaConnections connections, Events events, InstantSource clock, Timing timing) {
    this.connections = connections;
    this.events = events;
    this.clock = clock;
    this.timing = timing;
  }

  /**
   * Sees to it that what the situation asks for is done, and returns how far that is, at once.
   *
   * @param access to its Kafka
   * @param changed called, from another thread, when there is more to reconcile
   */
  public Progress attend(
      ChatCluster cluster, Access access, Situation situation, Runnable changed) {
    Kafka kafka = connections.of(cluster, access);
    Rescale.Order order = new Rescale.Order(cluster, kafka, situation, changed);
    synchronized (this) {
      return running
          .computeIfAbsent(
              cluster.getMetadata().getUid(),
              _ -> new Rescale(cluster.getMetadata().getName(), events, clock, timing))
          .take(order);
    }
  }

  /** Begins nothing for {@code cluster} until it is attended to again; what has begun goes on. */
  public synchronized void hold(ChatCluster cluster) {
    Rescale held = running.get(cluster.getMetadata().getUid());
    if (held != null) held.hold();
  }

  /** Does nothing more for {@code cluster}, until it is attended to again. */
  public synchronized void stop(ChatCluster cluster) {
    Rescale stopped = running.remove(cluster.getMetadata().getUid());
    if (stopped != null) stopped.close();
  }

  /**
   * All other ChatClusters are gone.
   *
   * @param uids asked for while nobody is attended to, so that whoever was is among them
   */
  public synchronized void keepOnly(Supplier<Set<String>> uids) {
    Set<String> left = uids.get();
    running.entrySet().removeIf(each -> !left.contains(each.getKey()) && closed(each.getValue()));
  }

  private static boolean closed(Rescale rescale) {
    rescale.close();
    return true;
  }

  /** Does nothing more for any ChatCluster, also not on another thread, once it returns. */
  @Override
  public synchronized void close() {
    running.values().forEach(Rescale::close);
    running.values().forEach(rescale -> rescale.awaitEnd(END));
    running.clear();
  }
}
