package dev.chatcluster.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.junit.jupiter.api.Test;

class KafkaSecurityTest {
  private static final KafkaSecurity.Tls SYSTEM = new KafkaSecurity.Tls(List.of());

  private static Map<String, String> properties(KafkaSecurity.Tls tls, Login login) {
    return new KafkaSecurity(Optional.ofNullable(tls), Optional.ofNullable(login)).properties();
  }

  @Test
  void nothingIsAskedForWithoutTlsAndLogin() {
    assertThat(KafkaSecurity.NONE.properties()).isEmpty();
    assertThat(KafkaSecurity.NONE.refused(Set.of("security.protocol"))).isEmpty();
  }

  @Test
  void theProtocolFollowsFromBoth() {
    Login user = new Login.Password(true, "u", "p");
    Login certificate = new Login.Certificate("c", "k");
    assertThat(properties(SYSTEM, null)).containsOnly(Map.entry("security.protocol", "SSL"));
    assertThat(properties(SYSTEM, user)).containsEntry("security.protocol", "SASL_SSL");
    assertThat(properties(null, user)).containsEntry("security.protocol", "SASL_PLAINTEXT");
    assertThat(properties(SYSTEM, certificate))
        .containsEntry("security.protocol", "SSL")
        .containsEntry("ssl.keystore.type", "PEM")
        .containsEntry("ssl.keystore.certificate.chain", "c")
        .containsEntry("ssl.keystore.key", "k");
  }

  @Test
  void severalAuthoritiesAreTrustedAtOnce() {
    assertThat(properties(new KafkaSecurity.Tls(List.of("A", "B")), null))
        .containsEntry("ssl.truststore.type", "PEM")
        .containsEntry("ssl.truststore.certificates", "A\nB");
  }

  @Test
  void aPasswordOfAnyCharactersReachesTheLoginModule() {
    String username = "a \"b\\c";
    String password = "p\"w\\d; =\\1\n\tä€'";
    for (boolean scram : List.of(true, false)) {
      var properties = properties(null, new Login.Password(scram, username, password));
      JaasContext read =
          JaasContext.loadClientContext(
              Map.of("sasl.jaas.config", new Password(properties.get("sasl.jaas.config"))));
      assertThat(read.configurationEntries())
          .singleElement()
          .satisfies(
              entry -> {
                assertThat(entry.getLoginModuleName()).contains(scram ? "Scram" : "Plain");
                assertThat(entry.getOptions().get("username")).isEqualTo(username);
                assertThat(entry.getOptions().get("password")).isEqualTo(password);
              });
      assertThat(properties).containsEntry("sasl.mechanism", scram ? "SCRAM-SHA-512" : "PLAIN");
    }
  }

  @Test
  void aTokenIsFetchedWithTheClientsCredentials() {
    Login login = new Login.ClientCredentials("https://id.example/token", "chat", "s", "kafka");
    assertThat(properties(SYSTEM, login))
        .containsEntry("sasl.mechanism", "OAUTHBEARER")
        .containsEntry("sasl.oauthbearer.token.endpoint.url", "https://id.example/token")
        .containsEntry("sasl.oauthbearer.client.credentials.client.id", "chat")
        .containsEntry("sasl.oauthbearer.client.credentials.client.secret", "s")
        .containsEntry("sasl.oauthbearer.scope", "kafka");
  }

  @Test
  void furtherPropertiesStayAndAreGivenWhatKeepsALoginFromWaitingForEver() {
    Login login = new Login.ClientCredentials("https://id.example/token", "chat", "s", null);
    KafkaSecurity security = new KafkaSecurity(Optional.of(SYSTEM), Optional.of(login));
    assertThat(security.over(Map.of("client.rack", "r", "sasl.login.read.timeout.ms", "9")))
        .containsEntry("client.rack", "r")
        .containsEntry("sasl.login.read.timeout.ms", "9")
        .containsEntry("sasl.login.connect.timeout.ms", "3000")
        .containsEntry("security.protocol", "SASL_SSL");
    assertThat(KafkaSecurity.NONE.over(Map.of("a", "b"))).containsOnly(Map.entry("a", "b"));
  }

  @Test
  void propertiesThatWouldContradictAreNamed() {
    assertThat(
            new KafkaSecurity(Optional.of(SYSTEM), Optional.empty())
                .refused(
                    Set.of(
                        "ssl.truststore.certificates",
                        "security.protocol",
                        "ssl.endpoint.identification.algorithm",
                        "sasl.oauthbearer.assertion.file",
                        "fetch.max.bytes")))
        .containsExactly(
            "sasl.oauthbearer.assertion.file", "security.protocol", "ssl.truststore.certificates");
  }

  @Test
  void noSecretIsPrinted() {
    for (Login login :
        List.of(
            new Login.Password(false, "user", "hidden"),
            new Login.Certificate("chain", "hidden"),
            new Login.ClientCredentials("https://id", "client", "hidden", null))) {
      assertThat(new KafkaSecurity(Optional.of(SYSTEM), Optional.of(login)).toString())
          .doesNotContain("hidden");
    }
  }
}
