package dev.chatcluster.operator.kafka;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.operator.access.Access;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** One connection for all ChatClusters that reach Kafka in the same way; thread-safe. */
public final class KafkaConnections implements AutoCloseable {
  private final Map<Access.Usable, Connection> open = new HashMap<>();
  private final Map<String, Access.Usable> used = new HashMap<>();

  /**
   * The connection for {@code cluster}; the one it had before is closed when nobody needs it.
   *
   * @throws KafkaFailure when there is no access
   */
  public Kafka of(ChatCluster cluster, Access access) {
    Access.Usable wanted =
        switch (access) {
          case Access.Usable usable -> usable;
          case Access.Unusable unusable -> throw new KafkaFailure(unusable.troubles().getFirst());
        };
    Connection connection;
    Connection unused = null;
    synchronized (this) {
      Access.Usable before = used.put(cluster.getMetadata().getUid(), wanted);
      if (before != null && !before.equals(wanted)) unused = removeUnused(before);
      connection = open.computeIfAbsent(wanted, Connection::new);
    }
    if (unused != null) unused.close();
    return connection.get();
  }

  /**
   * All ChatClusters but these are gone.
   *
   * @param uids asked for while nobody is given a connection, so that whoever has one is among them
   */
  public void keepOnly(Supplier<Set<String>> uids) {
    List<Connection> unused = new ArrayList<>();
    synchronized (this) {
      used.keySet().retainAll(uids.get());
      open.entrySet()
          .removeIf(each -> !used.containsValue(each.getKey()) && unused.add(each.getValue()));
    }
    unused.forEach(Connection::close);
  }

  private Connection removeUnused(Access.Usable access) {
    return used.containsValue(access) ? null : open.remove(access);
  }

  @Override
  public synchronized void close() {
    open.values().forEach(Connection::close);
    open.clear();
    used.clear();
  }

  /** Made outside of the lock above: a name that does not resolve takes seconds to say so. */
  private static final class Connection {
    private final Access.Usable access;
    private Kafka kafka;

    Connection(Access.Usable access) {
      this.access = access;
    }

    synchronized Kafka get() {
      if (kafka == null) {
        kafka = new Kafka(access.brokers(), access.properties());
      }
      return kafka;
    }

    synchronized void close() {
      if (kafka != null) kafka.close();
    }
  }
}
