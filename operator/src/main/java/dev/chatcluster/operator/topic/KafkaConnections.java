package dev.chatcluster.operator.topic;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.KafkaSpec;
import java.util.HashMap;
import java.util.Map;

/** One connection for all ChatClusters that reach Kafka in the same way; thread-safe. */
final class KafkaConnections implements AutoCloseable {
  private final Map<KafkaSpec, Connection> open = new HashMap<>();
  private final Map<String, KafkaSpec> used = new HashMap<>();

  /** The connection for {@code cluster}; the one it had before is closed when nobody needs it. */
  Kafka of(ChatCluster cluster) {
    KafkaSpec wanted = cluster.getSpec().kafka();
    Connection connection;
    Connection unused = null;
    synchronized (this) {
      KafkaSpec before = used.put(cluster.getMetadata().getUid(), wanted);
      if (before != null && !before.equals(wanted)) unused = removeUnused(before);
      connection = open.computeIfAbsent(wanted, Connection::new);
    }
    if (unused != null) unused.close();
    return connection.get();
  }

  /** {@code cluster} is gone. */
  void release(ChatCluster cluster) {
    Connection unused = null;
    synchronized (this) {
      KafkaSpec before = used.remove(cluster.getMetadata().getUid());
      if (before != null) unused = removeUnused(before);
    }
    if (unused != null) unused.close();
  }

  private Connection removeUnused(KafkaSpec spec) {
    return used.containsValue(spec) ? null : open.remove(spec);
  }

  @Override
  public synchronized void close() {
    open.values().forEach(Connection::close);
    open.clear();
    used.clear();
  }

  /** Made outside of the lock above: a name that does not resolve takes seconds to say so. */
  private static final class Connection {
    private final KafkaSpec spec;
    private Kafka kafka;

    Connection(KafkaSpec spec) {
      this.spec = spec;
    }

    synchronized Kafka get() {
      if (kafka == null) {
        kafka = new Kafka(spec.bootstrapServers().replace(" ", ""), spec.config());
      }
      return kafka;
    }

    synchronized void close() {
      if (kafka != null) kafka.close();
    }
  }
}
