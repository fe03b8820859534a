package dev.chatcluster.consumer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.chatcluster.access.KafkaSecurity;
import dev.chatcluster.access.Login;
import dev.chatcluster.kafka.Authority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecurityVariablesTest {
  @TempDir static Path keys;
  private static String authority;
  private static Authority.Signed client;

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeAll
  static void sign() throws IOException {
    Authority ca = new Authority(keys, "ca");
    authority = ca.certificate();
    client = ca.client("chat");
  }

  @BeforeEach
  void leastEnvironment() {
    environment.put("CHAT_KAFKA_BOOTSTRAP_SERVERS", "kafka:9092");
    environment.put("CHAT_TOPIC", "studyhub");
    environment.put("CHAT_PARTITION", "1");
  }

  private void give(String... more) {
    for (int i = 0; i < more.length; i += 2) environment.put(more[i], more[i + 1]);
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private KafkaSecurity read() throws ConfigException {
    return ConsumerConfig.read(environment).kafka().security();
  }

  private List<String> problems() {
    return catchThrowableOfType(ConfigException.class, () -> ConsumerConfig.read(environment))
        .problems();
  }

  @Test
  void aPasswordIsReadFromItsFileWithoutTheLinesEnd() throws Exception {
    give(
        "CHAT_KAFKA_AUTHENTICATION", "scram-sha-512",
        "CHAT_KAFKA_USERNAME", "chat",
        "CHAT_KAFKA_PASSWORD_FILE", file("password", " p w\r\n"));
    assertThat(read())
        .isEqualTo(
            new KafkaSecurity(
                Optional.empty(), Optional.of(new Login.Password(true, "chat", " p w"))));
    assertThat(ConsumerConfig.read(environment).toString()).doesNotContain("p w");
  }

  @Test
  void certificatesAreReadFromFilesAndFromAllThatMatch() throws Exception {
    file("a.crt", authority);
    file("b.crt", client.chain());
    file("c.key", client.key());
    Files.createDirectory(folder.resolve("..data.crt"));
    give(
        "CHAT_KAFKA_TLS",
        "true",
        "CHAT_KAFKA_TRUSTED_CERTIFICATES",
        folder.resolve("*.{crt,pem}") + ", " + folder.resolve("a.crt"));
    assertThat(read())
        .isEqualTo(
            new KafkaSecurity(
                Optional.of(new KafkaSecurity.Tls(List.of(authority, client.chain(), authority))),
                Optional.empty()));
  }

  @Test
  void tlsAloneTrustsWhomTheJvmTrusts() throws Exception {
    give("CHAT_KAFKA_TLS", "true");
    assertThat(read().over(Map.of())).containsOnly(Map.entry("security.protocol", "SSL"));
  }

  @Test
  void theClientsCertificateAndItsKeyAreReadFromFiles() throws Exception {
    give(
        "CHAT_KAFKA_TLS",
        "true",
        "CHAT_KAFKA_AUTHENTICATION",
        "tls",
        "CHAT_KAFKA_CERTIFICATE_FILE",
        file("user.crt", client.chain()),
        "CHAT_KAFKA_KEY_FILE",
        file("user.key", client.key()));
    assertThat(read().login()).contains(new Login.Certificate(client.chain(), client.key()));
  }

  @Test
  void aClientOfOauthIsRead() throws Exception {
    give(
        "CHAT_KAFKA_AUTHENTICATION", "oauth",
        "CHAT_KAFKA_TOKEN_ENDPOINT", "https://id.example/token",
        "CHAT_KAFKA_CLIENT_ID", "chat",
        "CHAT_KAFKA_CLIENT_SECRET_FILE", file("secret", "s"),
        "CHAT_KAFKA_SCOPE", "kafka");
    assertThat(read().login())
        .contains(new Login.ClientCredentials("https://id.example/token", "chat", "s", "kafka"));
  }

  @Test
  void whatIsMissingOrDoesNotBelongIsNamed() {
    give(
        "CHAT_KAFKA_AUTHENTICATION", "tls",
        "CHAT_KAFKA_TRUSTED_CERTIFICATES", "/none",
        "CHAT_KAFKA_USERNAME", "chat",
        "CHAT_KAFKA_SCOPE", "x");
    assertThat(problems())
        .satisfiesExactlyInAnyOrder(
            p -> assertThat(p).contains("CHAT_KAFKA_TRUSTED_CERTIFICATES", "CHAT_KAFKA_TLS=true"),
            p -> assertThat(p).contains("CHAT_KAFKA_USERNAME is given", "AUTHENTICATION is tls"),
            p -> assertThat(p).contains("CHAT_KAFKA_SCOPE is given"),
            p -> assertThat(p).contains("CHAT_KAFKA_CERTIFICATE_FILE is missing", "=tls needs it"),
            p -> assertThat(p).contains("CHAT_KAFKA_KEY_FILE is missing"),
            p -> assertThat(p).contains("CHAT_KAFKA_AUTHENTICATION=tls needs CHAT_KAFKA_TLS"));
  }

  @Test
  void aFileThatIsNotWhatItMustBeIsNamedAndNotShown() throws Exception {
    give(
        "CHAT_KAFKA_TLS", "true",
        "CHAT_KAFKA_TRUSTED_CERTIFICATES",
            folder.resolve("none.crt") + "," + file("ca.crt", "hidden") + "," + folder + "/*.pem",
        "CHAT_KAFKA_AUTHENTICATION", "plain",
        "CHAT_KAFKA_USERNAME", "chat",
        "CHAT_KAFKA_PASSWORD_FILE", file("password", "\n"));
    assertThat(problems())
        .satisfiesExactlyInAnyOrder(
            p -> assertThat(p).contains("none.crt cannot be read"),
            p -> assertThat(p).contains("ca.crt holds no certificate", "BEGIN CERTIFICATE"),
            p -> assertThat(p).contains("*.pem: no file matches it"),
            p -> assertThat(p).contains("CHAT_KAFKA_PASSWORD_FILE", "password is empty"));
    assertThat(problems().toString()).doesNotContain("hidden");
  }

  @Test
  void propertiesThatContradictAreRefused() {
    give("CHAT_KAFKA_TLS", "true", "CHAT_KAFKA_CONFIG", "security.protocol=PLAINTEXT");
    assertThat(problems())
        .singleElement()
        .satisfies(p -> assertThat(p).contains("CHAT_KAFKA_CONFIG", "security.protocol"));
  }
}
