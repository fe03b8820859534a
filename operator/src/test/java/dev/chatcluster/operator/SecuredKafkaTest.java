package dev.chatcluster.operator;

import static dev.chatcluster.operator.World.NAMESPACE;
import static dev.chatcluster.operator.World.SOON;
import static dev.chatcluster.operator.World.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.access.KafkaSecurity;
import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.kafka.Authority;
import dev.chatcluster.kafka.EmbeddedKafka;
import dev.chatcluster.kafka.KafkaOptions;
import dev.chatcluster.kafka.TokenIssuer;
import dev.chatcluster.operator.desired.Labels;
import dev.chatcluster.operator.reconcile.Pace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kafka as users have it: TLS of an authority of their own, users, certificates of clients. */
@Tag("slow")
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class SecuredKafkaTest {
  private static final String TLS =
      "tls: {trustedCertificates: [{secretName: ca, certificate: ca.crt}]}";

  @TempDir Path folder;
  private Authority authority;
  private MockApi api;
  private World world;

  @BeforeEach
  void start() throws Exception {
    authority = new Authority(folder, "authority");
    api = new MockApi();
    // Secrets are seen to change at a resync.
    Duration often = Duration.ofMillis(300);
    world = new World(api.client(), new Pace(often, Duration.ofMillis(100), often, often));
  }

  @AfterEach
  void stop() {
    world.close();
    api.close();
  }

  private EmbeddedKafka kafka(Optional<String> clients, String user, String password)
      throws Exception {
    Authority.Signed server = authority.server();
    KafkaOptions options =
        KafkaOptions.DEFAULT.withTls(new KafkaOptions.Tls(server.chain(), server.key(), clients));
    if (user != null) options = options.withUser(user, password);
    return EmbeddedKafka.start(folder.resolve("kafka"), options);
  }

  private static String line(EmbeddedKafka kafka, String... further) {
    return "kafka: {bootstrapServers: \""
        + kafka.bootstrapServers()
        + "\", "
        + String.join(", ", further)
        + "}";
  }

  private static String user(String type) {
    return "authentication: {type: "
        + type
        + ", username: chat, passwordSecret: {secretName: user, password: password}}";
  }

  private void secret(String name, String... keysAndValues) {
    Map<String, String> data = new TreeMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      byte[] value = keysAndValues[i + 1].getBytes(StandardCharsets.UTF_8);
      data.put(keysAndValues[i], Base64.getEncoder().encodeToString(value));
    }
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(NAMESPACE)
            .endMetadata()
            .withData(data)
            .build();
    var there = world.client.secrets().inNamespace(NAMESPACE).withName(name);
    if (there.get() == null) {
      world.client.resource(secret).create();
    } else {
      there.edit(
          old -> {
            old.setData(data);
            return old;
          });
    }
  }

  private String hash(String deployment) {
    return template(deployment).get(Labels.SECRETS_HASH);
  }

  private Map<String, String> template(String deployment) {
    return world
        .deployment(deployment)
        .get()
        .getSpec()
        .getTemplate()
        .getMetadata()
        .getAnnotations();
  }

  private String awaitMessage(String name, String reason, String words) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(world.condition(name, "Ready").getReason()).isEqualTo(reason);
              assertThat(world.condition(name, "Ready").getMessage()).contains(words);
            });
    return world.condition(name, "Ready").getMessage();
  }

  @Test
  void saysOfEachSecretWhatIsMissingUntilItIsThere() throws Exception {
    try (EmbeddedKafka kafka = kafka(Optional.empty(), "chat", "correct-horse")) {
      world.apply(cluster("told", 1, "", line(kafka, TLS, user("scram-sha-512"))));
      awaitMessage("told", "SecretNotFound", "the Secret ca is not there: create it");
      assertThat(world.get("told").getStatus().problems())
          .extracting(problem -> problem.object())
          .containsExactly("Secret/ca", "Secret/user");
      assertThat(world.names(Deployment.class)).isEmpty();

      secret("ca", "tls.crt", authority.certificate());
      secret("user", "password", "wrong-one");
      awaitMessage(
          "told", "SecretKeyNotFound", "the Secret ca has no key ca.crt: put certificates");
      secret("ca", "ca.crt", "not one");
      awaitMessage("told", "SecretInvalid", "the key ca.crt of the Secret ca holds no certificate");

      secret("ca", "ca.crt", new Authority(folder, "stranger").certificate());
      String untrusted = awaitMessage("told", "AuthenticationFailed", "no TLS connection to Kafka");
      assertThat(untrusted)
          .contains("is not signed by an authority that is trusted", "trustedCertificates");
      secret("ca", "ca.crt", authority.certificate());
      assertThat(awaitMessage("told", "AuthenticationFailed", "does not accept the credentials"))
          .doesNotContain("wrong-one");

      secret("user", "password", "correct-horse\n");
      awaitMessage("told", "Starting", "");
      assertThat(hash("told-partition-0")).matches("[0-9a-f]{16}");
      assertThat(api.client().resources(ChatCluster.class).list().toString())
          .doesNotContain("correct-horse");
    }
  }

  @Test
  void rollsPodsOneByOneWhenAPasswordIsAnotherAndKeepsThemWhileASecretIsAway() throws Exception {
    try (EmbeddedKafka kafka = kafka(Optional.empty(), "chat", "first");
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.adminBootstrapServers()))) {
      secret("ca", "ca.crt", authority.certificate());
      secret("user", "password", "first");
      world.apply(cluster("rolled", 2, "", line(kafka, TLS, user("scram-sha-512"))));
      awaitMessage("rolled", "Starting", "");
      world.podsCome("rolled-partition-0", "rolled-partition-1");
      world.awaitReady("rolled", "Ready");
      String before = hash("rolled-partition-0");
      assertThat(hash("rolled-partition-1")).isEqualTo(before);

      // One that Kafka does not know rolls nothing.
      secret("user", "password", "second");
      awaitMessage("rolled", "AuthenticationFailed", "does not accept the credentials");
      assertThat(hash("rolled-partition-0")).isEqualTo(before);
      admin
          .alterUserScramCredentials(
              List.of(
                  new UserScramCredentialUpsertion(
                      "chat",
                      new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                      "second")))
          .all()
          .get();
      await().atMost(SOON).until(() -> !hash("rolled-partition-0").equals(before));
      await()
          .during(Duration.ofSeconds(1))
          .atMost(SOON)
          .until(() -> hash("rolled-partition-1").equals(before));
      world.podsCome("rolled-partition-0");
      await()
          .atMost(SOON)
          .until(() -> hash("rolled-partition-1").equals(hash("rolled-partition-0")));
      world.podsCome("rolled-partition-1");
      world.awaitReady("rolled", "Ready");

      Map<String, String> kept = template("rolled-partition-0");
      long generation = world.deployment("rolled-partition-0").get().getMetadata().getGeneration();
      world.client.secrets().inNamespace(NAMESPACE).withName("user").delete();
      awaitMessage("rolled", "SecretNotFound", "the Secret user is not there");
      world.service("rolled-clients").delete();
      await().atMost(SOON).until(() -> world.service("rolled-clients").get() != null);
      assertThat(template("rolled-partition-0")).isEqualTo(kept);
      assertThat(world.deployment("rolled-partition-0").get().getMetadata().getGeneration())
          .isEqualTo(generation);
      assertThat(world.get("rolled").getStatus().readyPartitions()).isEqualTo(2);
      secret("user", "password", "second");
      world.awaitReady("rolled", "Ready");
      assertThat(template("rolled-partition-0")).isEqualTo(kept);
    }
  }

  @Test
  void takesPlainOverTls() throws Exception {
    try (EmbeddedKafka kafka = kafka(Optional.empty(), "chat", "plain-secret")) {
      secret("ca", "ca.crt", authority.certificate());
      secret("user", "password", "plain-secret");
      world.apply(cluster("plain", 1, "", line(kafka, TLS, user("plain"))));
      awaitMessage("plain", "Starting", "");
    }
  }

  @Test
  void provesWhoItIsWithACertificate() throws Exception {
    try (EmbeddedKafka kafka = kafka(Optional.of(authority.certificate()), null, null)) {
      secret("ca", "one.crt", authority.certificate());
      Authority.Signed stranger = new Authority(folder, "stranger").client("chat");
      secret("user", "user.crt", stranger.chain(), "user.key", stranger.key());
      world.apply(
          cluster(
              "mutual",
              1,
              "",
              line(
                  kafka,
                  "tls: {trustedCertificates: [{secretName: ca, pattern: \"*.crt\"}]}",
                  "authentication: {type: tls, certificateAndKey: {secretName: user,"
                      + " certificate: user.crt, key: user.key}}")));
      awaitMessage("mutual", "AuthenticationFailed", "whether the brokers trust our certificate");
      Authority.Signed client = authority.client("chat");
      secret("user", "user.crt", client.chain(), "user.key", client.key());
      awaitMessage("mutual", "Starting", "");
    }
  }

  @Test
  void fetchesATokenWhereItMay() throws Exception {
    try (TokenIssuer issuer = new TokenIssuer()) {
      System.setProperty(KafkaSecurity.ALLOWED_TOKEN_ENDPOINTS, issuer.keys());
      KafkaOptions options = issuer.asked(KafkaOptions.DEFAULT);
      try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), options)) {
        secret("client", "secret", "another");
        world.apply(
            cluster(
                "token",
                1,
                "",
                line(
                    kafka,
                    "authentication: {type: oauth, clientId: chat, tokenEndpointUri: \""
                        + issuer.tokens()
                        + "\", clientSecret: {secretName: client, key: secret}, scope: kafka}")));
        awaitMessage("token", "TokenEndpointNotAllowed", issuer.tokens());
        System.setProperty(
            KafkaSecurity.ALLOWED_TOKEN_ENDPOINTS, issuer.keys() + "," + issuer.tokens());
        awaitMessage("token", "AuthenticationFailed", "no token for Kafka");
        secret("client", "secret", TokenIssuer.SECRET);
        awaitMessage("token", "Starting", "");
      } finally {
        System.clearProperty(KafkaSecurity.ALLOWED_TOKEN_ENDPOINTS);
      }
    }
  }
}
