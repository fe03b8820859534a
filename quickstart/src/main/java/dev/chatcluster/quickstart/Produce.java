package dev.chatcluster.quickstart;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.roomlog.room.Partitioning;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The command {@code produce}: a plain Kafka producer that chooses the partition itself, number of
 * the room modulo a number that it was told once, and keeps the room in the record's JSON. The
 * number stays right over every rescale; one that followed the topic would not.
 */
final class Produce {
  private static final Set<String> KNOWN =
      Set.of(
          "--room", "--text", "--user", "--count", "--partitions", "--topic", "--kafka", "--state");

  private Produce() {}

  static void run(List<String> arguments) throws UsageException, IOException, InterruptedException {
    Map<String, String> options = Options.pairs(arguments, KNOWN);
    String room = options.get("--room");
    if (room == null || room.isEmpty()) {
      throw new UsageException("produce needs --room, for example --room 1.");
    }
    int count = number(options, "--count", "1");
    int partitions = number(options, "--partitions", "3");
    String topic = options.getOrDefault("--topic", "studyhub");
    String kafka = kafka(options);
    // Quick to give up: the broker is on this machine or it is not running.
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers", kafka,
            "acks", "all",
            "max.block.ms", "5000",
            "delivery.timeout.ms", "10000",
            "request.timeout.ms", "5000",
            "linger.ms", "0");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      int there = producer.partitionsFor(topic).size();
      if (there < partitions) {
        throw new UsageException(
            "The topic %s has %d partitions only; say --partitions %d."
                .formatted(topic, there, there));
      }
      int partition = Partitioning.MODULO.partition(room, partitions);
      for (int i = 1; i <= count; i++) {
        String text = options.getOrDefault("--text", "hello");
        ObjectNode value =
            value(
                room,
                options.getOrDefault("--user", "producer"),
                count == 1 ? text : text + " " + i);
        String key = Json.text(value, "/_id");
        Future<RecordMetadata> sent =
            producer.send(new ProducerRecord<>(topic, partition, key, value.toString()));
        RecordMetadata at = sent.get();
        System.out.println(
            "room %s: partition %d, offset %d".formatted(room, at.partition(), at.offset()));
      }
    } catch (KafkaException | ExecutionException e) {
      Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
      throw new UsageException(
          "Nothing could be written to the topic %s at %s (%s); is the quickstart running?"
              .formatted(topic, kafka, cause.getMessage()));
    }
  }

  static ObjectNode value(String room, String user, String text) {
    ObjectNode value = Json.object().put("_id", UUID.randomUUID().toString());
    // Only what JSON writes the same way: 007 as a number would be the room 7.
    if (room.matches("0|[1-9]\\d{0,17}")) {
      value.put("roomId", Long.parseLong(room));
    } else {
      value.put("roomId", room);
    }
    return value
        .put("userId", user)
        .put("messageType", "TEXT")
        .put("message", text)
        .put("createdAt", Instant.now().toString());
  }

  private static int number(Map<String, String> options, String option, String otherwise)
      throws UsageException {
    String text = options.getOrDefault(option, otherwise);
    try {
      int number = Integer.parseInt(text);
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new UsageException(option + " must be a number from 1 on, not " + text + ".");
  }

  private static String kafka(Map<String, String> options) throws UsageException, IOException {
    if (options.containsKey("--kafka")) {
      return options.get("--kafka");
    }
    Path state = Options.state(options);
    OptionalInt port = Ports.kafkaOf(StateFolder.ports(state));
    if (port.isEmpty()) {
      throw new UsageException(
          "No quickstart has run on the folder %s; start it, or say --kafka host:port."
              .formatted(state));
    }
    return "127.0.0.1:" + port.getAsInt();
  }
}
