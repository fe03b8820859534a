package dev.chatcluster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.e2e.client.StompFrame;
import dev.chatcluster.e2e.client.StompProbe;
import dev.chatcluster.e2e.process.ConsumerProcess;
import dev.chatcluster.kafka.EmbeddedKafka;
import dev.chatcluster.kafka.KafkaOptions;
import dev.chatcluster.kafka.TokenIssuer;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A consumer that comes to Kafka with a token of an OAuth issuer. */
@Tag("slow")
@Timeout(240)
class TokenTest {
  private static final String ALLOWED = "org.apache.kafka.sasl.oauthbearer.allowed.urls";
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void itsClientsCredentialsOpenKafka() throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    try (TokenIssuer issuer = new TokenIssuer()) {
      // For the broker in this JVM; the consumer allows its own endpoint itself.
      System.setProperty(ALLOWED, issuer.keys());
      try (EmbeddedKafka kafka =
          EmbeddedKafka.start(folder.resolve("kafka"), issuer.asked(KafkaOptions.DEFAULT))) {
        topic(kafka);
        try (ConsumerProcess pod = ConsumerProcess.start(environment(kafka, issuer));
            StompProbe client = new StompProbe(http, pod.webSocket()).subscribe("room")) {
          client.send("room", "sent", "hello".getBytes(StandardCharsets.UTF_8));
          Set<String> received = new TreeSet<>();
          for (int i = 0; i < 2; i++) {
            StompFrame frame = client.next(SOON);
            received.add(frame.command() + " " + frame.text());
          }
          assertThat(received).containsExactly("MESSAGE hello", "RECEIPT ");
          assertThat(pod.output()).doesNotContain(TokenIssuer.SECRET);
        }
      }
    } finally {
      System.clearProperty(ALLOWED);
      http.shutdownNow();
    }
  }

  private Map<String, String> environment(EmbeddedKafka kafka, TokenIssuer issuer)
      throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), TokenIssuer.SECRET + "\n");
    return Map.of(
        "CHAT_KAFKA_BOOTSTRAP_SERVERS",
        kafka.bootstrapServers(),
        "CHAT_TOPIC",
        "tokens",
        "CHAT_PARTITION",
        "all",
        "CHAT_KAFKA_AUTHENTICATION",
        "oauth",
        "CHAT_KAFKA_TOKEN_ENDPOINT",
        issuer.tokens(),
        "CHAT_KAFKA_CLIENT_ID",
        TokenIssuer.CLIENT,
        "CHAT_KAFKA_CLIENT_SECRET_FILE",
        secret.toString(),
        "CHAT_KAFKA_SCOPE",
        "kafka");
  }

  private static void topic(EmbeddedKafka kafka) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.adminBootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic("tokens", 1, (short) 1))).all().get();
    }
  }
}
