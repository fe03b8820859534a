package dev.chatcluster.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** One node: its folder, its properties, and the server while it runs. */
final class KafkaNode {
  private static final List<String> BROKER_LOGGERS =
      List.of(
          "kafka",
          "state.change.logger",
          "org.apache.kafka.clients.NetworkClient",
          "org.apache.kafka.common",
          "org.apache.kafka.controller",
          "org.apache.kafka.coordinator",
          "org.apache.kafka.image",
          "org.apache.kafka.metadata",
          "org.apache.kafka.network",
          "org.apache.kafka.queue",
          "org.apache.kafka.raft",
          "org.apache.kafka.server",
          "org.apache.kafka.storage");

  /** Held, since java.util.logging forgets the level of a logger that nobody holds. */
  private static final List<Logger> QUIET = quiet();

  private final Path data;
  private final Properties properties;
  private final NodeAddress address;
  private KafkaRaftServer server;

  KafkaNode(Path data, Properties properties, NodeAddress address) {
    this.data = data;
    this.properties = properties;
    this.address = address;
  }

  NodeAddress address() {
    return address;
  }

  void formatOnce(String clusterId, Map<String, String> users) throws IOException {
    Files.createDirectories(data);
    if (Files.exists(data.resolve("meta.properties"))) {
      return;
    }
    Formatter formatter =
        new Formatter()
            .setClusterId(clusterId)
            .setNodeId(address.id())
            .setControllerListenerName("CONTROLLER")
            .setMetadataLogDirectory(data.toString())
            .addDirectory(data.toString())
            .setScramArguments(users.entrySet().stream().map(KafkaNode::scram).toList())
            .setPrintStream(new PrintStream(OutputStream.nullOutputStream()));
    try {
      formatter.run();
    } catch (Exception e) {
      throw new IOException("Kafka's data folder " + data + " cannot be formatted", e);
    }
  }

  private static String scram(Map.Entry<String, String> user) {
    return "SCRAM-SHA-512=[name=" + user.getKey() + ",password=" + user.getValue() + "]";
  }

  synchronized void start() {
    if (server != null) {
      return;
    }
    KafkaRaftServer starting =
        new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
    try {
      starting.startup();
      server = starting;
    } catch (RuntimeException e) {
      starting.shutdown();
      throw new KafkaException(
          "Kafka node " + address.id() + " on port " + address.client() + " does not start", e);
    }
  }

  synchronized void stop() {
    if (server == null) {
      return;
    }
    server.shutdown();
    server.awaitShutdown();
    server = null;
  }

  private static List<Logger> quiet() {
    List<Logger> quiet = new ArrayList<>();
    Logger clients = Logger.getLogger("org.apache.kafka");
    if (clients.getLevel() == null) {
      clients.setLevel(Level.WARNING);
    }
    quiet.add(clients);
    for (String broker : BROKER_LOGGERS) {
      Logger logger = Logger.getLogger(broker);
      logger.setLevel(Level.OFF);
      quiet.add(logger);
    }
    return quiet;
  }
}
