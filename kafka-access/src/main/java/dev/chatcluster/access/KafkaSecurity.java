package dev.chatcluster.access;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a Kafka wants beside its address.
 *
 * @param tls empty: the connection is not encrypted
 * @param login empty: we are nobody
 */
public record KafkaSecurity(Optional<Tls> tls, Optional<Login> login) {
  /** Neither TLS nor credentials, or such as further properties of Kafka's clients say. */
  public static final KafkaSecurity NONE = new KafkaSecurity(Optional.empty(), Optional.empty());

  /**
   * System property with the token endpoints, separated by commas, that Kafka's clients may ask.
   */
  public static final String ALLOWED_TOKEN_ENDPOINTS =
      "org.apache.kafka.sasl.oauthbearer.allowed.urls";

  private static final String PACKAGE = "org.apache.kafka.common.security.";

  /**
   * TLS.
   *
   * @param trusted certificates in PEM of the authorities that are trusted; empty: the JVM's
   */
  public record Tls(List<String> trusted) {
    public Tls {
      trusted = List.copyOf(trusted);
    }

    @Override
    public String toString() {
      return trusted.isEmpty() ? "the JVM's authorities" : trusted.size() + " trusted texts";
    }
  }

  /**
   * Those of {@code names} that must not be given as further properties beside this, in order; none
   * when there is neither TLS nor a login.
   */
  public Set<String> refused(Set<String> names) {
    Set<String> refused = new TreeSet<>();
    if (tls.isEmpty() && login.isEmpty()) return refused;
    for (String name : names) if (isOurs(name)) refused.add(name);
    return refused;
  }

  private static boolean isOurs(String name) {
    return name.equals("security.protocol")
        || name.equals("sasl.mechanism")
        || name.equals("sasl.jaas.config")
        || name.equals("ssl.key.password")
        || name.startsWith("sasl.oauthbearer.")
        || name.startsWith("ssl.truststore.")
        || name.startsWith("ssl.keystore.");
  }

  /**
   * The properties of Kafka's clients that say so, over further ones that are none of {@link
   * #refused}.
   */
  public Map<String, String> over(Map<String, String> further) {
    Map<String, String> all = new TreeMap<>();
    // A client that waits for a token waits for ever unless it is told otherwise.
    if (login.orElse(null) instanceof Login.ClientCredentials) {
      all.put("sasl.login.connect.timeout.ms", "3000");
      all.put("sasl.login.read.timeout.ms", "3000");
      all.put("sasl.login.retry.backoff.max.ms", "1000");
    }
    all.putAll(further);
    all.putAll(properties());
    return all;
  }

  /** The properties of Kafka's clients that say so; empty when there is neither TLS nor a login. */
  Map<String, String> properties() {
    Map<String, String> properties = new TreeMap<>();
    if (tls.isEmpty() && login.isEmpty()) return properties;
    boolean sasl = login.filter(l -> !(l instanceof Login.Certificate)).isPresent();
    properties.put(
        "security.protocol",
        sasl
            ? (tls.isPresent() ? "SASL_SSL" : "SASL_PLAINTEXT")
            : (tls.isPresent() ? "SSL" : "PLAINTEXT"));
    tls.filter(t -> !t.trusted().isEmpty())
        .ifPresent(
            t -> {
              properties.put("ssl.truststore.type", "PEM");
              properties.put("ssl.truststore.certificates", String.join("\n", t.trusted()));
            });
    login.ifPresent(l -> properties.putAll(of(l)));
    return properties;
  }

  private static Map<String, String> of(Login login) {
    return switch (login) {
      case Login.Password p ->
          Map.of(
              "sasl.mechanism",
              p.scram() ? "SCRAM-SHA-512" : "PLAIN",
              "sasl.jaas.config",
              PACKAGE
                  + (p.scram() ? "scram.ScramLoginModule" : "plain.PlainLoginModule")
                  + " required username="
                  + quoted(p.username())
                  + " password="
                  + quoted(p.password())
                  + ";");
      case Login.Certificate c ->
          Map.of(
              "ssl.keystore.type",
              "PEM",
              "ssl.keystore.certificate.chain",
              c.chain(),
              "ssl.keystore.key",
              c.key());
      case Login.ClientCredentials c -> {
        Map<String, String> properties = new TreeMap<>();
        properties.put("sasl.mechanism", "OAUTHBEARER");
        properties.put(
            "sasl.jaas.config", PACKAGE + "oauthbearer.OAuthBearerLoginModule required;");
        properties.put(
            "sasl.login.callback.handler.class",
            PACKAGE + "oauthbearer.OAuthBearerLoginCallbackHandler");
        properties.put(
            "sasl.oauthbearer.jwt.retriever.class",
            PACKAGE + "oauthbearer.ClientCredentialsJwtRetriever");
        properties.put("sasl.oauthbearer.token.endpoint.url", c.endpoint());
        properties.put("sasl.oauthbearer.client.credentials.client.id", c.clientId());
        properties.put("sasl.oauthbearer.client.credentials.client.secret", c.clientSecret());
        if (c.scope() != null) properties.put("sasl.oauthbearer.scope", c.scope());
        yield properties;
      }
    };
  }

  /** As JAAS' syntax has it, which is that of a Java string. */
  private static String quoted(String text) {
    return '"'
        + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\r", "\\r")
        + '"';
  }
}
