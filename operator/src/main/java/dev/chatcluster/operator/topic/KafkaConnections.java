package dev.chatcluster.operator.topic;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.KafkaSpec;
import java.util.HashMap;
import java.util.Map;

/** One connection for all ChatClusters that reach Kafka in the same way; thread-safe. */
final class KafkaConnections implements AutoCloseable {
  private final Map<KafkaSpec, Kafka> open = new HashMap<>();
  private final Map<String, KafkaSpec> used = new HashMap<>();

  /** The connection for {@code cluster}; the one it had before is closed when nobody needs it. */
  synchronized Kafka of(ChatCluster cluster) {
    KafkaSpec wanted = cluster.getSpec().kafka();
    KafkaSpec before = used.put(cluster.getMetadata().getUid(), wanted);
    if (before != null && !before.equals(wanted)) closeUnused(before);
    return open.computeIfAbsent(
        wanted, spec -> new Kafka(spec.bootstrapServers().replace(" ", ""), spec.config()));
  }

  /** {@code cluster} is gone. */
  synchronized void release(ChatCluster cluster) {
    KafkaSpec before = used.remove(cluster.getMetadata().getUid());
    if (before != null) closeUnused(before);
  }

  private void closeUnused(KafkaSpec spec) {
    if (used.containsValue(spec)) return;
    Kafka unused = open.remove(spec);
    if (unused != null) unused.close();
  }

  @Override
  public synchronized void close() {
    open.values().forEach(Kafka::close);
    open.clear();
    used.clear();
  }
}
