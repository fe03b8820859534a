package dev.chatcluster.operator.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.chatcluster.api.v1.KafkaSpec;
import dev.chatcluster.kafka.Authority;
import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.operator.status.Trouble;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessRulesTest {
  @TempDir static Path folder;
  private static String authority;
  private static Authority.Signed client;

  @BeforeAll
  static void sign() throws IOException {
    Authority ca = new Authority(folder, "ca");
    authority = ca.certificate();
    client = ca.client("chat");
  }

  private static final String TLS =
      "tls: {trustedCertificates: [{secretName: ca, certificate: ca.crt}]}";
  private static final String PASSWORD =
      "authentication: {type: scram-sha-512, username: chat,"
          + " passwordSecret: {secretName: user, password: password}}";
  private static final String CERTIFICATE =
      "authentication: {type: tls,"
          + " certificateAndKey: {secretName: user, certificate: user.crt, key: user.key}}";
  private static final String OAUTH =
      "authentication: {type: oauth, tokenEndpointUri: 'https://id/token', clientId: c,"
          + " clientSecret: {secretName: user, key: secret}}";

  private static Access access(Map<String, Map<String, String>> secrets, String... lines) {
    String spec = "bootstrapServers: 'a:1, b:2'\n" + String.join("\n", lines);
    KafkaSpec kafka = new KubernetesSerialization().unmarshal(spec, KafkaSpec.class);
    return AccessRules.of(kafka, secrets, Set.of("https://id/token"), "salt");
  }

  private static Access.Usable usable(Map<String, Map<String, String>> secrets, String... lines) {
    return (Access.Usable) access(secrets, lines);
  }

  private static List<Trouble> troubles(Map<String, Map<String, String>> secrets, String... lines) {
    return ((Access.Unusable) access(secrets, lines)).troubles();
  }

  private static Map<String, Map<String, String>> user(String key, String value) {
    return Map.of("user", Map.of(key, value));
  }

  @Test
  void withoutSecretsThereAreOnlyTheFurtherProperties() {
    Access.Usable access = usable(Map.of(), "config: {a: b}");
    assertThat(access.brokers()).isEqualTo("a:1,b:2");
    assertThat(access.properties()).isEqualTo(Map.of("a", "b"));
    assertThat(access.secretsHash()).isEmpty();
  }

  @Test
  void whatTheSecretsHoldBecomesProperties() {
    Access.Usable access =
        usable(
            Map.of("ca", Map.of("ca.crt", authority), "user", Map.of("password", "hidden\n")),
            TLS,
            PASSWORD,
            "config: {client.rack: r}");
    assertThat(access.properties())
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("ssl.truststore.certificates", authority)
        .containsEntry("client.rack", "r")
        .hasEntrySatisfying(
            "sasl.jaas.config", jaas -> assertThat(jaas).contains("password=\"hidden\""));
    assertThat(access.toString()).doesNotContain("hidden").doesNotContain("BEGIN");
  }

  @Test
  void aPatternTakesEveryKeyThatMatches() {
    Map<String, Map<String, String>> secrets =
        Map.of("ca", Map.of("a.crt", authority, "b.crt", client.chain(), "c.key", client.key()));
    String pattern = "tls: {trustedCertificates: [{secretName: ca, pattern: '*.crt'}]}";
    assertThat(usable(secrets, pattern).properties())
        .containsEntry("ssl.truststore.certificates", authority + "\n" + client.chain());
    assertThat(troubles(secrets, pattern.replace("crt", "pem")))
        .singleElement()
        .satisfies(
            t -> {
              assertThat(t.reason()).isEqualTo(Reason.SECRET_KEY_NOT_FOUND);
              assertThat(t.message()).contains("Secret ca has no key that matches *.pem");
            });
  }

  @Test
  void theHashTellsOneContentFromAnotherAndOneClusterFromAnother() {
    String hash = usable(user("password", "a"), PASSWORD).secretsHash().orElseThrow();
    assertThat(usable(user("password", "a\n"), PASSWORD).secretsHash()).contains(hash);
    assertThat(usable(user("password", "b"), PASSWORD).secretsHash().orElseThrow())
        .isNotEqualTo(hash)
        .matches("[0-9a-f]{16}");
    assertThat(SlowHash.of("salt", List.of("ab", "c")))
        .isNotEqualTo(SlowHash.of("salt", List.of("a", "bc")))
        .isNotEqualTo(SlowHash.of("other", List.of("ab", "c")));
  }

  @Test
  void aSecretThatIsNotThereIsNamedOnceWithAllThatItMustHold() {
    assertThat(troubles(Map.of(), TLS, CERTIFICATE))
        .extracting(Trouble::reason, Trouble::object, Trouble::message)
        .containsExactly(
            tuple(
                Reason.SECRET_NOT_FOUND,
                "Secret/ca",
                "the Secret ca is not there: create it in the ChatCluster's namespace, with"
                    + " certificates of authorities in PEM (spec.kafka.tls) under the key ca.crt;"
                    + " what runs goes on with what it has"),
            tuple(
                Reason.SECRET_NOT_FOUND,
                "Secret/user",
                "the Secret user is not there: create it in the ChatCluster's namespace, with the"
                    + " client's certificate in PEM (spec.kafka.authentication) under the key"
                    + " user.crt, the certificate's private key, PKCS #8 in PEM"
                    + " (spec.kafka.authentication) under the key user.key; what runs goes on with"
                    + " what it has"));
  }

  @Test
  void aKeyThatIsMissingIsNamedWithWhatBelongsThere() {
    assertThat(troubles(user("other", "hidden"), PASSWORD))
        .singleElement()
        .satisfies(
            t -> {
              assertThat(t.reason()).isEqualTo(Reason.SECRET_KEY_NOT_FOUND);
              assertThat(t.message())
                  .startsWith(
                      "the Secret user has no key password: put the user's password"
                          + " (spec.kafka.authentication) there")
                  .doesNotContain("hidden");
            });
  }

  @Test
  void whatIsNotOfTheKindThatIsWantedIsNamedAndNotShown() {
    assertThat(troubles(Map.of("ca", Map.of("ca.crt", "hidden")), TLS))
        .singleElement()
        .satisfies(
            t -> {
              assertThat(t.reason()).isEqualTo(Reason.SECRET_INVALID);
              assertThat(t.message())
                  .contains("the key ca.crt of the Secret ca holds no certificate: PEM is wanted")
                  .doesNotContain("hidden");
            });
    assertThat(troubles(user("password", "\n"), PASSWORD))
        .singleElement()
        .satisfies(t -> assertThat(t.message()).contains("key password", "is empty"));
    assertThat(
            troubles(
                Map.of("user", Map.of("user.crt", client.chain(), "user.key", client.chain())),
                "tls: {}",
                CERTIFICATE))
        .singleElement()
        .satisfies(t -> assertThat(t.message()).contains("key user.key", "no private key"));
  }

  @Test
  void onlyTheTokenEndpointsThatAreAllowedAreAsked() {
    Map<String, Map<String, String>> secrets = user("secret", "s");
    assertThat(usable(secrets, OAUTH).properties())
        .containsEntry("sasl.oauthbearer.token.endpoint.url", "https://id/token");
    assertThat(troubles(secrets, OAUTH.replace("https://id/", "http://inside/")))
        .singleElement()
        .satisfies(
            t -> {
              assertThat(t.reason()).isEqualTo(Reason.TOKEN_ENDPOINT_NOT_ALLOWED);
              assertThat(t.message())
                  .contains("http://inside/token", "CHAT_OPERATOR_TOKEN_ENDPOINTS");
            });
  }
}
