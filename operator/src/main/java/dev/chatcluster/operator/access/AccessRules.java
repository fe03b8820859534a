package dev.chatcluster.operator.access;

import dev.chatcluster.access.KafkaSecurity;
import dev.chatcluster.access.Login;
import dev.chatcluster.api.v1.KafkaAuthentication;
import dev.chatcluster.api.v1.KafkaSpec;
import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.operator.status.Trouble;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** From a spec and what its Secrets hold to how Kafka is reached; pure. */
final class AccessRules {
  private final Map<String, Map<String, String>> secrets;
  private final List<Trouble> troubles = new ArrayList<>();
  private final Map<Want.Kind, List<String>> found = new EnumMap<>(Want.Kind.class);
  private final List<String> parts = new ArrayList<>();

  private AccessRules(Map<String, Map<String, String>> secrets) {
    this.secrets = secrets;
  }

  /**
   * The access of a valid spec.
   *
   * @param secrets what those hold that are there, by name and key
   * @param tokenEndpoints that may be asked
   * @param salt of the hash, another for each ChatCluster
   */
  static Access of(
      KafkaSpec kafka,
      Map<String, Map<String, String>> secrets,
      Set<String> tokenEndpoints,
      String salt) {
    return new AccessRules(secrets).access(kafka, tokenEndpoints, salt);
  }

  private Access access(KafkaSpec kafka, Set<String> tokenEndpoints, String salt) {
    List<Want> wants = Want.of(kafka);
    missing(wants);
    wants.stream().filter(want -> secrets.containsKey(want.secret())).forEach(this::take);
    endpoint(kafka.authentication(), tokenEndpoints);
    if (!troubles.isEmpty()) return new Access.Unusable(troubles);
    KafkaSecurity security =
        new KafkaSecurity(
            Optional.ofNullable(kafka.tls()).map(_ -> new KafkaSecurity.Tls(trusted())),
            Optional.ofNullable(kafka.authentication()).map(this::login));
    return new Access.Usable(
        kafka.bootstrapServers().replace(" ", ""),
        security.over(kafka.config()),
        wants.isEmpty() ? Optional.empty() : Optional.of(SlowHash.of(salt, parts)));
  }

  private List<String> trusted() {
    return found.getOrDefault(Want.Kind.AUTHORITIES, List.of());
  }

  private Login login(KafkaAuthentication who) {
    return switch (who.type()) {
      case "tls" -> new Login.Certificate(only(Want.Kind.CERTIFICATE), only(Want.Kind.KEY));
      case "oauth" ->
          new Login.ClientCredentials(
              who.tokenEndpointUri(), who.clientId(), only(Want.Kind.CLIENT_SECRET), who.scope());
      default ->
          new Login.Password(
              who.type().equals("scram-sha-512"), who.username(), only(Want.Kind.PASSWORD));
    };
  }

  private String only(Want.Kind kind) {
    return found.get(kind).getFirst();
  }

  private void missing(List<Want> wants) {
    Map<String, List<Want>> missing =
        wants.stream()
            .filter(want -> !secrets.containsKey(want.secret()))
            .collect(Collectors.groupingBy(Want::secret, TreeMap::new, Collectors.toList()));
    missing.forEach(
        (secret, all) ->
            trouble(
                Reason.SECRET_NOT_FOUND,
                secret,
                "the Secret "
                    + secret
                    + " is not there: create it in the ChatCluster's namespace, with "
                    + all.stream()
                        .map(want -> want.kind().words() + " under the key " + want.key())
                        .collect(Collectors.joining(", "))));
  }

  private void take(Want want) {
    List<String> keys = keys(want);
    if (keys.isEmpty()) {
      trouble(
          Reason.SECRET_KEY_NOT_FOUND,
          want.secret(),
          "the Secret "
              + want.secret()
              + (want.glob() ? " has no key that matches " : " has no key ")
              + want.key()
              + ": put "
              + want.kind().words()
              + " there");
    }
    for (String key : keys) {
      String text = text(want, secrets.get(want.secret()).get(key));
      Optional<String> problem = want.kind().problem(text);
      problem.ifPresent(
          wrong ->
              trouble(
                  Reason.SECRET_INVALID,
                  want.secret(),
                  "the key "
                      + key
                      + " of the Secret "
                      + want.secret()
                      + " "
                      + wrong
                      + "; it must be "
                      + want.kind().words()));
      found.computeIfAbsent(want.kind(), _ -> new ArrayList<>()).add(text);
      parts.addAll(List.of(want.secret(), key, text));
    }
  }

  /** A line's end behind a password is that of the file that it was made from. */
  private static String text(Want want, String held) {
    return switch (want.kind()) {
      case PASSWORD, CLIENT_SECRET -> held.replaceFirst("\\R\\z", "");
      case AUTHORITIES, CERTIFICATE, KEY -> held;
    };
  }

  private List<String> keys(Want want) {
    Set<String> there = secrets.get(want.secret()).keySet();
    if (!want.glob()) return there.contains(want.key()) ? List.of(want.key()) : List.of();
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + want.key());
    return there.stream().filter(key -> matcher.matches(Path.of(key))).sorted().toList();
  }

  private void endpoint(KafkaAuthentication who, Set<String> allowed) {
    if (who == null || who.tokenEndpointUri() == null) return;
    if (allowed.contains(who.tokenEndpointUri())) return;
    troubles.add(
        Trouble.of(
            Reason.TOKEN_ENDPOINT_NOT_ALLOWED,
            "spec",
            "spec.kafka.authentication.tokenEndpointUri is "
                + who.tokenEndpointUri()
                + ", which the operator may not ask: have its administrator add exactly this URL to"
                + " CHAT_OPERATOR_TOKEN_ENDPOINTS (the chart's value kafka.tokenEndpoints)"));
  }

  private void trouble(Reason reason, String secret, String message) {
    troubles.add(
        Trouble.of(reason, "Secret/" + secret, message + "; what runs goes on with what it has"));
  }
}
