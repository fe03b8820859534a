package dev.chatcluster.kafka;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka cluster in this JVM (KRaft, each node broker and controller), whose data stays in a
 * folder: stopped and started again it is the same cluster, on the same ports. Settings favour a
 * quick start and restart over throughput. Not thread-safe.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private final String host;
  private final List<KafkaNode> nodes;

  private EmbeddedKafka(String host, List<KafkaNode> nodes) {
    this.host = host;
    this.nodes = nodes;
  }

  /**
   * Starts one node on a free port.
   *
   * @param folder where the data is kept; created when absent
   * @throws IOException when the folder cannot be written
   */
  public static EmbeddedKafka start(Path folder) throws IOException {
    return start(folder, KafkaOptions.DEFAULT);
  }

  /**
   * Starts the nodes and returns when all of them serve clients.
   *
   * @param folder where the data is kept, one folder a node; created when absent
   * @throws IOException when the folder cannot be written
   * @throws org.apache.kafka.common.KafkaException when the port is taken, among others
   */
  public static EmbeddedKafka start(Path folder, KafkaOptions options) throws IOException {
    List<NodeAddress> addresses = NodeAddress.choose(options);
    String clusterId = Uuid.randomUuid().toString();
    List<KafkaNode> nodes = new ArrayList<>();
    for (NodeAddress address : addresses) {
      Path data = folder.resolve("node-" + address.id());
      KafkaNode node =
          new KafkaNode(data, BrokerProperties.of(options, address, addresses, data), address);
      node.formatOnce(clusterId, options.users());
      nodes.add(node);
    }
    EmbeddedKafka kafka = new EmbeddedKafka(options.host(), nodes);
    kafka.start();
    return kafka;
  }

  /** The client addresses of all nodes, {@code host:port,host:port}, also of stopped ones. */
  public String bootstrapServers() {
    return nodes.stream()
        .map(n -> host + ":" + n.address().client())
        .collect(Collectors.joining(","));
  }

  /** Addresses on the loopback that ask for no credentials and are subject to no ACL. */
  public String adminBootstrapServers() {
    return nodes.stream()
        .map(n -> "127.0.0.1:" + n.address().admin())
        .collect(Collectors.joining(","));
  }

  /** Stops every node. The data and the ports stay; without effect on those that are stopped. */
  public void stop() {
    together(KafkaNode::stop);
  }

  /** Starts every node that is not running, on its data and ports. */
  public void start() {
    // Together, since a node waits for the majority of the controllers before it is up.
    List<RuntimeException> failures = together(KafkaNode::start);
    if (!failures.isEmpty()) {
      stop();
      throw failures.getFirst();
    }
  }

  /**
   * Stops one node.
   *
   * @param node from 1 to the number of nodes
   */
  public void stop(int node) {
    nodes.get(node - 1).stop();
  }

  /**
   * Starts one node again.
   *
   * @param node from 1 to the number of nodes
   */
  public void start(int node) {
    nodes.get(node - 1).start();
  }

  @Override
  public void close() {
    stop();
  }

  private List<RuntimeException> together(Consumer<KafkaNode> step) {
    List<RuntimeException> failures = Collections.synchronizedList(new ArrayList<>());
    try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread::new)) {
      for (KafkaNode node : nodes) {
        threads.execute(
            () -> {
              try {
                step.accept(node);
              } catch (RuntimeException e) {
                failures.add(e);
              }
            });
      }
    }
    return failures;
  }
}
