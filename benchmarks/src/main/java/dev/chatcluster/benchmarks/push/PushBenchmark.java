package dev.chatcluster.benchmarks.push;

import dev.chatcluster.benchmarks.machine.Machine;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Kafka to many subscribers through one consumer process. Broker, consumer and load are three
 * processes on this machine.
 */
public final class PushBenchmark {
  private static final Path JAR = Path.of("chat-consumer/target/chat-consumer.jar");
  private static final int PARTITIONS = 3;
  private static final Pattern BROKER = Pattern.compile("^broker (.*)$");
  private static final Pattern CONSUMER = Pattern.compile("chat-consumer ready.*\\bport=(\\d+)");

  /** What the documents recommend for a pod; {@code --java-options} replaces it. */
  private static final List<String> JAVA_OPTIONS =
      List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders");

  /** Held, since java.util.logging forgets the level of a logger that nobody holds. */
  private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");

  private PushBenchmark() {}

  /** Measures every rate and prints a table. */
  public static void main(String[] arguments) throws Exception {
    KAFKA.setLevel(Level.WARNING);
    Options options;
    try {
      options = Options.parse(arguments, JAVA_OPTIONS);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    if (options.url().isPresent()) measureOther(options);
    else measureOurs(options);
  }

  private static void measureOurs(Options options) throws Exception {
    if (!Files.exists(JAR))
      throw new IllegalStateException(
          JAR + " is missing: run `mvn package` first, and this in the project's folder.");
    Path folder = Files.createTempDirectory("push-benchmark");
    try (Child broker =
        new Child(
            List.of(
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                Broker.class.getName(),
                folder.toString()),
            Map.of(),
            BROKER)) {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.said()))) {
        admin
            .createTopics(List.of(new NewTopic(options.topic(), PARTITIONS, (short) 1)))
            .all()
            .get();
      }
      try (Child consumer = consumer(options, broker.said())) {
        URI url = URI.create("ws://127.0.0.1:" + consumer.said() + "/ws");
        List<Long> processes = List.of(consumer.pid(), broker.pid(), ProcessHandle.current().pid());
        measure(options, url, processes, broker.said());
        IO.println("consumer: java " + String.join(" ", options.javaOptions()));
      }
    } finally {
      delete(folder);
    }
  }

  private static Child consumer(Options options, String bootstrapServers) throws IOException {
    List<String> arguments = new ArrayList<>(options.javaOptions());
    arguments.addAll(List.of("-jar", JAR.toString()));
    return new Child(
        arguments,
        Map.of(
            "CHAT_KAFKA_BOOTSTRAP_SERVERS", bootstrapServers,
            "CHAT_TOPIC", options.topic(),
            "CHAT_PARTITION", "all",
            "CHAT_PORT", "0",
            "CHAT_MANAGEMENT_PORT", "0",
            "CHAT_BIND_ADDRESS", "127.0.0.1"),
        CONSUMER);
  }

  private static void measureOther(Options options) throws Exception {
    List<Long> processes =
        options.pid() == 0 ? List.of() : List.of(options.pid(), ProcessHandle.current().pid());
    measure(options, options.url().get(), processes, options.bootstrapServers().orElse(null));
  }

  private static void measure(
      Options options, URI url, List<Long> processes, String bootstrapServers) throws Exception {
    IO.println(Machine.describe());
    IO.println(
        "%d rooms x %d subscribers, messages of %d bytes, %d s after %d s of warm-up at each rate"
            .formatted(
                options.rooms(),
                options.subscribers(),
                options.bodyBytes(),
                options.seconds(),
                options.warmUpSeconds()));
    IO.println("");
    try (Subscribers subscribers = new Subscribers(url, options);
        KafkaProducer<byte[], byte[]> producer = producer(bootstrapServers)) {
      Publisher publisher = producer == null ? subscribers::send : kafka(producer, options.topic());
      Load load = new Load(options, publisher, subscribers, processes);
      // A JVM that has just started is not what users have for days.
      load.run(options.rates().stream().max(Integer::compare).orElseThrow());
      IO.println(Measurement.HEAD);
      for (int rate : options.rates()) IO.println(load.run(rate).row());
      IO.println("");
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(String bootstrapServers) {
    if (bootstrapServers == null) return null;
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", bootstrapServers, "linger.ms", "0"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static Publisher kafka(KafkaProducer<byte[], byte[]> producer, String topic) {
    return (room, body) ->
        producer.send(
            new ProducerRecord<>(
                topic, Subscribers.name(room).getBytes(StandardCharsets.UTF_8), body),
            (metadata, failure) -> {
              if (failure != null) System.err.println("A message is lost: " + failure);
            });
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
