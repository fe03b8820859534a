package dev.chatcluster.benchmarks.push;

import dev.chatcluster.benchmarks.machine.Machine;
import dev.chatcluster.benchmarks.process.Broker;
import dev.chatcluster.benchmarks.process.Pod;
import dev.chatcluster.benchmarks.process.Topic;
import dev.chatcluster.roomlog.room.Partitioning;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Kafka to many subscribers through one consumer process. Broker, consumer and load are three
 * processes on this machine.
 */
public final class PushBenchmark {
  private static final int PARTITIONS = 3;

  /** Held, since java.util.logging forgets the level of a logger that nobody holds. */
  private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");

  private PushBenchmark() {}

  /** Measures every rate and prints a table. */
  public static void main(String[] arguments) throws Exception {
    KAFKA.setLevel(Level.WARNING);
    Options options;
    try {
      options = Options.parse(arguments, Pod.JAVA_OPTIONS);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    if (options.url().isPresent()) measureOther(options);
    else measureOurs(options);
  }

  /** Measures a consumer of this project at every rate, and prints a table. */
  public static List<Measurement> measureOurs(Options options) throws Exception {
    KAFKA.setLevel(Level.WARNING);
    try (Broker broker = new Broker()) {
      Topic topic = Topic.create(broker, options.topic(), PARTITIONS, Partitioning.KAFKA_DEFAULT);
      try (Pod pod = new Pod(topic, "all", options.javaOptions(), Map.of())) {
        List<Long> processes = List.of(pod.pid(), broker.pid(), ProcessHandle.current().pid());
        List<Measurement> all = measure(options, pod.url(), processes, broker.bootstrapServers());
        IO.println("consumer: java " + String.join(" ", options.javaOptions()));
        return all;
      }
    }
  }

  private static void measureOther(Options options) throws Exception {
    List<Long> processes =
        options.pid() == 0 ? List.of() : List.of(options.pid(), ProcessHandle.current().pid());
    measure(options, options.url().get(), processes, options.bootstrapServers().orElse(null));
  }

  private static List<Measurement> measure(
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
      Publisher publisher =
          producer == null ? subscribers::publish : kafka(producer, options.topic());
      Load load = new Load(options, publisher, subscribers, processes);
      // A JVM that has just started is not what users have for days.
      load.run(options.rates().stream().max(Integer::compare).orElseThrow());
      IO.println(Measurement.HEAD);
      List<Measurement> all = new ArrayList<>();
      for (int rate : options.rates()) {
        all.add(load.run(rate));
        IO.println(all.getLast().row());
      }
      IO.println("");
      return all;
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
}
