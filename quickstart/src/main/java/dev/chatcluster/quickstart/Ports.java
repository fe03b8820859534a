package dev.chatcluster.quickstart;

import dev.chatcluster.kafka.FreePorts;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Properties;

/** The three ports that people know; on the same folder they stay the same. */
record Ports(int kafka, int api, int page) {
  private static final int KAFKA = 9092;
  private static final int API = 16443;
  private static final int PAGE = 8080;

  /**
   * Those given, else those used before, else the defaults.
   *
   * @throws UsageException when one is taken
   */
  static Ports choose(Options options, Path file) throws UsageException, IOException {
    Properties before = read(file);
    Ports ports =
        new Ports(
            choose(options.kafkaPort(), before, "kafka", KAFKA),
            choose(options.apiPort(), before, "api", API),
            choose(options.pagePort(), before, "page", PAGE));
    check(ports.kafka(), "Kafka", "--kafka-port");
    check(ports.api(), "the Kubernetes API", "--api-port");
    check(ports.page(), "the web page", "--page-port");
    return ports;
  }

  void save(Path file) throws IOException {
    Properties properties = new Properties();
    properties.setProperty("kafka", String.valueOf(kafka));
    properties.setProperty("api", String.valueOf(api));
    properties.setProperty("page", String.valueOf(page));
    try (Writer out = Files.newBufferedWriter(file)) {
      properties.store(out, null);
    }
  }

  /** The port that a folder's Kafka has; empty when there was none yet. */
  static OptionalInt kafkaOf(Path file) throws IOException {
    String port = read(file).getProperty("kafka");
    return port == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(port));
  }

  private static Properties read(Path file) throws IOException {
    Properties properties = new Properties();
    if (Files.exists(file)) {
      try (Reader in = Files.newBufferedReader(file)) {
        properties.load(in);
      }
    }
    return properties;
  }

  private static int choose(OptionalInt given, Properties before, String name, int byDefault) {
    String used = before.getProperty(name);
    if (given.isEmpty()) {
      return used == null ? byDefault : Integer.parseInt(used);
    }
    if (given.getAsInt() > 0) {
      return given.getAsInt();
    }
    // Any will do: the one before, as long as nobody else has it.
    return used != null && FreePorts.isFree(Integer.parseInt(used))
        ? Integer.parseInt(used)
        : FreePorts.next();
  }

  private static void check(int port, String what, String option) throws UsageException {
    if (!FreePorts.isFree(port)) {
      throw new UsageException(
          "Port %d, which %s needs, is taken; stop what listens there, or choose another with %s (0: a free one)."
              .formatted(port, what, option));
    }
  }
}
