package dev.chatcluster.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 90, unit = TimeUnit.SECONDS)
class EmbeddedKafkaTest {
  @TempDir Path folder;

  @Test
  void keepsPortAndRecordsWhenStoppedAndStartedAgain() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder)) {
      String before = kafka.bootstrapServers();
      create(before, Map.of(), "rooms", 1);
      send(before, "rooms", "first");
      kafka.stop();
      kafka.start();
      assertThat(kafka.bootstrapServers()).isEqualTo(before);
      send(before, "rooms", "second");
      assertThat(read(before, "rooms", 2)).containsExactly("first", "second");
    }
  }

  @Test
  void keepsRecordsForTheNextProcessOnAnotherPort() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder)) {
      create(kafka.bootstrapServers(), Map.of(), "rooms", 1);
      send(kafka.bootstrapServers(), "rooms", "kept");
    }
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder)) {
      assertThat(read(kafka.bootstrapServers(), "rooms", 1)).containsExactly("kept");
    }
  }

  @Test
  void namesThePortThatIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      KafkaOptions options = KafkaOptions.DEFAULT.withPort(taken.getLocalPort());
      assertThatThrownBy(() -> EmbeddedKafka.start(folder, options))
          .isInstanceOf(KafkaException.class)
          .hasMessageContaining(String.valueOf(taken.getLocalPort()));
    }
  }

  @Test
  @Tag("slow")
  void asksForCredentialsAndAclsWhenToldTo() throws Exception {
    KafkaOptions options = KafkaOptions.DEFAULT.withUser("alice", "alice-secret").withAcls();
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, options)) {
      create(kafka.adminBootstrapServers(), Map.of(), "rooms", 1);
      assertThatThrownBy(
              () -> create(kafka.bootstrapServers(), sasl("PLAIN", "alice", "wrong"), "x", 1))
          .hasCauseInstanceOf(SaslAuthenticationException.class);
      for (String mechanism : List.of("PLAIN", "SCRAM-SHA-512")) {
        Map<String, Object> right = sasl(mechanism, "alice", "alice-secret");
        assertThatThrownBy(() -> create(kafka.bootstrapServers(), right, "y", 1))
            .hasCauseInstanceOf(TopicAuthorizationException.class);
      }
    }
  }

  @Test
  @Tag("slow")
  void goesOnWithTwoOfThreeNodes() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, KafkaOptions.DEFAULT.withNodes(3))) {
      create(kafka.bootstrapServers(), Map.of(), "rooms", 3);
      send(kafka.bootstrapServers(), "rooms", "all");
      kafka.stop(1);
      send(kafka.bootstrapServers(), "rooms", "two");
      kafka.start(1);
      send(kafka.bootstrapServers(), "rooms", "again");
      assertThat(read(kafka.bootstrapServers(), "rooms", 3)).containsExactly("all", "two", "again");
    }
  }

  @Test
  @Tag("slow")
  void goesOnAsAProcessWithAllItsDataAfterItWasKilled() throws Exception {
    try (KafkaProcesses kafka = KafkaProcesses.start(folder, KafkaOptions.DEFAULT)) {
      create(kafka.bootstrapServers(), Map.of(), "rooms", 1);
      send(kafka.bootstrapServers(), "rooms", "before");
      kafka.kill(1);
      kafka.start(1);
      send(kafka.bootstrapServers(), "rooms", "after");
      assertThat(read(kafka.bootstrapServers(), "rooms", 2)).containsExactly("before", "after");
    }
  }

  private static Map<String, Object> sasl(String mechanism, String name, String password) {
    String module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
    return Map.of(
        "security.protocol",
        "SASL_PLAINTEXT",
        "sasl.mechanism",
        mechanism,
        "sasl.jaas.config",
        "org.apache.kafka.common.security.%s required username=\"%s\" password=\"%s\";"
            .formatted(module, name, password));
  }

  private static void create(
      String servers, Map<String, Object> security, String topic, int replicas)
      throws ExecutionException, InterruptedException {
    Map<String, Object> config = new HashMap<>(security);
    config.put("bootstrap.servers", servers);
    try (Admin admin = Admin.create(config)) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) replicas))).all().get();
    }
  }

  private static void send(String servers, String topic, String value) throws Exception {
    Map<String, Object> config = Map.of("bootstrap.servers", servers, "acks", "all");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic, value)).get(30, TimeUnit.SECONDS);
    }
  }

  private static List<String> read(String servers, String topic, int count) {
    Map<String, Object> config = Map.of("bootstrap.servers", servers);
    TopicPartition partition = new TopicPartition(topic, 0);
    List<String> values = new ArrayList<>();
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (values.size() < count && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofMillis(200)).forEach(r -> values.add(r.value()));
      }
    }
    return values;
  }
}
