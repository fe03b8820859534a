package dev.chatcluster.kafka;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka cluster whose nodes are processes, so that one can end without a word. Data and ports
 * stay. Not thread-safe.
 */
public final class KafkaProcesses implements AutoCloseable {
  private final Path folder;
  private final String host;
  private final List<NodeAddress> addresses;
  private final List<Process> processes = new ArrayList<>();

  private KafkaProcesses(Path folder, String host, List<NodeAddress> addresses) {
    this.folder = folder;
    this.host = host;
    this.addresses = addresses;
  }

  /**
   * Starts the nodes, from this JVM's class path, and returns when all of them serve clients.
   *
   * @param folder where data and logs are kept
   * @throws IOException when the folder cannot be written
   * @throws KafkaException when a node does not start
   */
  public static KafkaProcesses start(Path folder, KafkaOptions options) throws IOException {
    List<NodeAddress> addresses = NodeAddress.choose(options);
    String clusterId = Uuid.randomUuid().toString();
    KafkaProcesses kafka = new KafkaProcesses(folder, options.host(), addresses);
    for (NodeAddress address : addresses) {
      Path data = folder.resolve("node-" + address.id());
      Properties properties = BrokerProperties.of(options, address, addresses, data);
      new KafkaNode(data, properties, address).formatOnce(clusterId, options.users());
      try (Writer out = Files.newBufferedWriter(kafka.properties(address))) {
        properties.store(out, null);
      }
    }
    try {
      // All of them before the first is waited for: a node is not up without a majority.
      for (NodeAddress address : addresses) kafka.processes.add(kafka.launch(address));
      for (int node = 1; node <= addresses.size(); node++) kafka.awaitUp(node);
      return kafka;
    } catch (RuntimeException e) {
      kafka.close();
      throw e;
    }
  }

  private Path properties(NodeAddress address) {
    return folder.resolve("node-" + address.id() + ".properties");
  }

  private Process launch(NodeAddress address) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            NodeProcess.class.getName(),
            properties(address).toString(),
            String.valueOf(address.id()),
            String.valueOf(address.client()),
            String.valueOf(address.admin()),
            String.valueOf(address.controller()));
    try {
      return new ProcessBuilder(command)
          .redirectError(
              ProcessBuilder.Redirect.appendTo(
                  folder.resolve("node-" + address.id() + ".log").toFile()))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitUp(int node) {
    try {
      BufferedReader out = processes.get(node - 1).inputReader();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.equals(NodeProcess.UP)) return;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new KafkaException(
        "Kafka node " + node + " does not start; see " + folder.resolve("node-" + node + ".log"));
  }

  /** The client addresses of all nodes, {@code host:port,host:port}, also of stopped ones. */
  public String bootstrapServers() {
    return addresses.stream().map(a -> host + ":" + a.client()).collect(Collectors.joining(","));
  }

  /** Number of nodes. */
  public int nodes() {
    return addresses.size();
  }

  /**
   * Ends a node as {@code kill -9} does; returns when it is gone.
   *
   * @param node from 1 to the number of nodes
   */
  public void kill(int node) {
    processes.get(node - 1).destroyForcibly().onExit().join();
  }

  /**
   * Starts a node again that was killed; returns when it serves clients.
   *
   * @param node from 1 to the number of nodes
   */
  public void start(int node) {
    processes.set(node - 1, launch(addresses.get(node - 1)));
    awaitUp(node);
  }

  /** Kills all of them: what else of several nodes would wait minutes for its majority. */
  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
    processes.forEach(process -> process.onExit().join());
  }
}
