package dev.chatcluster.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.consumer.config.ConsumerConfig;
import dev.chatcluster.kafka.Authority;
import dev.chatcluster.kafka.EmbeddedKafka;
import dev.chatcluster.kafka.KafkaOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole pod on a Kafka with TLS and credentials, which it reads from files. */
@Tag("slow")
@Timeout(120)
class SecuredKafkaTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path folder;

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @Test
  void itsUserAndPasswordOpenKafkaOverTls() throws Exception {
    Authority authority = new Authority(folder, "authority");
    Authority.Signed server = authority.server();
    KafkaOptions options =
        KafkaOptions.DEFAULT
            .withUser("chat", "right")
            .withTls(new KafkaOptions.Tls(server.chain(), server.key(), Optional.empty()));
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), options)) {
      topic(kafka);
      for (String type : List.of("scram-sha-512", "plain")) {
        String[] access = {
          "CHAT_KAFKA_TLS",
          "true",
          "CHAT_KAFKA_TRUSTED_CERTIFICATES",
          file("ca.crt", authority.certificate()),
          "CHAT_KAFKA_AUTHENTICATION",
          type,
          "CHAT_KAFKA_USERNAME",
          "chat",
          "CHAT_KAFKA_PASSWORD_FILE",
          file("password", "right\n")
        };
        serves(kafka, access);
        access[9] = file("wrong", "wrong");
        assertThat(obstacle(kafka, access))
            .contains("Kafka at " + kafka.bootstrapServers(), "Authentication failed")
            .doesNotContain("wrong");
      }
      assertThat(
              obstacle(
                  kafka,
                  "CHAT_KAFKA_TLS",
                  "true",
                  "CHAT_KAFKA_TRUSTED_CERTIFICATES",
                  file("other.crt", new Authority(folder, "stranger").certificate())))
          .contains("unable to find valid certification path");
    }
  }

  @Test
  void itsCertificateOpensKafka() throws Exception {
    Authority authority = new Authority(folder, "authority");
    Authority.Signed server = authority.server();
    Authority.Signed client = authority.client("chat");
    KafkaOptions options =
        KafkaOptions.DEFAULT.withTls(
            new KafkaOptions.Tls(
                server.chain(), server.key(), Optional.of(authority.certificate())));
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), options)) {
      topic(kafka);
      serves(
          kafka,
          "CHAT_KAFKA_TLS",
          "true",
          "CHAT_KAFKA_TRUSTED_CERTIFICATES",
          file("ca.crt", authority.certificate()),
          "CHAT_KAFKA_AUTHENTICATION",
          "tls",
          "CHAT_KAFKA_CERTIFICATE_FILE",
          file("user.crt", client.chain()),
          "CHAT_KAFKA_KEY_FILE",
          file("user.key", client.key()));
    }
  }

  private static void topic(EmbeddedKafka kafka) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.adminBootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic("secured", 1, (short) 1))).all().get();
    }
  }

  /** Everything between Kafka and rooms, sending included, as it is wired in production. */
  private static void serves(EmbeddedKafka kafka, String... access) throws Exception {
    try (KafkaSide pod = KafkaSide.alone(kafka.bootstrapServers(), "secured", access)) {
      assertThat(pod.topology().current().partitions()).isEqualTo(1);
    }
    HttpResponse<String> ready = answer(kafka, 200, access);
    assertThat(ready.statusCode()).isEqualTo(200);
  }

  /** What a pod that cannot begin says of it. */
  private static String obstacle(EmbeddedKafka kafka, String... access) throws Exception {
    return answer(kafka, 503, access).body();
  }

  /** Starts a pod and asks for its readiness until it is that and says why. */
  private static HttpResponse<String> answer(EmbeddedKafka kafka, int code, String... access)
      throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    List<String> all = new ArrayList<>(List.of(access));
    all.addAll(List.of("CHAT_MANAGEMENT_PORT", "" + port, "CHAT_PORT", "0"));
    all.addAll(List.of("CHAT_BIND_ADDRESS", "127.0.0.1", "CHAT_DRAIN_SECONDS", "1"));
    ConsumerConfig config =
        KafkaSide.config(kafka.bootstrapServers(), "secured", all.toArray(String[]::new));
    Pod pod = new Pod(config, (sentence, error) -> {});
    // One that cannot begin waits for ever, in a process that would be ended.
    Thread.ofVirtual().start(() -> start(pod));
    HttpRequest ready =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready")).build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return await()
          .atMost(SOON)
          .ignoreExceptions()
          .until(
              () -> http.send(ready, BodyHandlers.ofString()),
              answer ->
                  answer.statusCode() == code
                      && (code == 200 || answer.body().contains("does not answer as it should")));
    } finally {
      pod.drain();
    }
  }

  private static void start(Pod pod) {
    try {
      pod.start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException ended) {
      // The test is over.
    }
  }
}
