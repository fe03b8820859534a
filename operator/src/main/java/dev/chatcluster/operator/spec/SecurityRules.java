package dev.chatcluster.operator.spec;

import dev.chatcluster.access.KafkaSecurity;
import dev.chatcluster.access.Login;
import dev.chatcluster.api.v1.KafkaAuthentication;
import dev.chatcluster.api.v1.KafkaSpec;
import dev.chatcluster.api.v1.KafkaTls;
import java.nio.file.FileSystems;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/** What may stand in {@code spec.kafka.tls} and {@code spec.kafka.authentication}. */
final class SecurityRules {
  private static final String TRUSTED = "spec.kafka.tls.trustedCertificates";
  private static final String WHO = "spec.kafka.authentication";
  private static final Set<String> TYPES = Set.of("scram-sha-512", "plain", "tls", "oauth");

  private final List<String> problems;

  private SecurityRules(List<String> problems) {
    this.problems = problems;
  }

  /** Adds a sentence for each problem. */
  static void of(KafkaSpec kafka, List<String> problems) {
    SecurityRules rules = new SecurityRules(problems);
    if (kafka.tls() != null) kafka.tls().trustedCertificates().forEach(rules::trusted);
    if (kafka.authentication() != null) rules.authentication(kafka);
    rules.config(kafka);
  }

  private void trusted(KafkaTls.TrustedCertificate each) {
    name(TRUSTED + ".secretName", each.secretName());
    if ((each.certificate() == null) == (each.pattern() == null)) {
      problems.add(
          TRUSTED
              + " needs either certificate, one key of the Secret "
              + each.secretName()
              + ", or pattern, which may match several");
    }
    if (each.certificate() != null) key(TRUSTED + ".certificate", each.certificate());
    if (each.pattern() != null && !isGlob(each.pattern())) {
      problems.add(TRUSTED + ".pattern is " + each.pattern() + ": give a glob, for example *.crt");
    }
  }

  private static boolean isGlob(String pattern) {
    if (!pattern.matches("[-._a-zA-Z0-9*?!,{}\\[\\]]+")) return false;
    try {
      FileSystems.getDefault().getPathMatcher("glob:" + pattern);
      return true;
    } catch (PatternSyntaxException notOne) {
      return false;
    }
  }

  private void authentication(KafkaSpec kafka) {
    KafkaAuthentication who = kafka.authentication();
    if (who.type() == null || !TYPES.contains(who.type())) {
      problems.add(
          WHO + ".type is " + who.type() + ": it must be scram-sha-512 or plain or tls or oauth");
      return;
    }
    boolean password = who.type().equals("scram-sha-512") || who.type().equals("plain");
    boolean tls = who.type().equals("tls");
    boolean oauth = who.type().equals("oauth");
    onlyWith(password, "username", who.username(), who);
    onlyWith(password, "passwordSecret", who.passwordSecret(), who);
    onlyWith(tls, "certificateAndKey", who.certificateAndKey(), who);
    onlyWith(oauth, "tokenEndpointUri", who.tokenEndpointUri(), who);
    onlyWith(oauth, "clientId", who.clientId(), who);
    onlyWith(oauth, "clientSecret", who.clientSecret(), who);
    if (!oauth) onlyWith(false, "scope", who.scope(), who);
    if (tls && kafka.tls() == null) {
      problems.add(
          "spec.kafka.tls is missing: "
              + WHO
              + " of type tls needs it; {} trusts the authorities that the JVM knows");
    }
    if (who.passwordSecret() != null) {
      name(WHO + ".passwordSecret.secretName", who.passwordSecret().secretName());
      key(WHO + ".passwordSecret.password", who.passwordSecret().password());
    }
    if (who.certificateAndKey() != null) {
      name(WHO + ".certificateAndKey.secretName", who.certificateAndKey().secretName());
      key(WHO + ".certificateAndKey.certificate", who.certificateAndKey().certificate());
      key(WHO + ".certificateAndKey.key", who.certificateAndKey().key());
    }
    if (who.clientSecret() != null) {
      name(WHO + ".clientSecret.secretName", who.clientSecret().secretName());
      key(WHO + ".clientSecret.key", who.clientSecret().key());
    }
    if (who.tokenEndpointUri() != null && !who.tokenEndpointUri().matches("https?://\\S+")) {
      problems.add(
          WHO + ".tokenEndpointUri is " + who.tokenEndpointUri() + ": give an http or https URL");
    }
  }

  private void onlyWith(boolean wanted, String field, Object value, KafkaAuthentication who) {
    if (wanted && value == null) {
      problems.add(WHO + "." + field + " is missing: type " + who.type() + " needs it");
    }
    if (!wanted && value != null) {
      problems.add(WHO + "." + field + " does not go with type " + who.type() + ": remove it");
    }
  }

  private void name(String field, String name) {
    if (name != null && name.matches("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")) return;
    problems.add(field + " is " + name + ": give the name of a Secret");
  }

  private void key(String field, String key) {
    if (key != null && key.matches("[-._a-zA-Z0-9]{1,253}") && !key.matches("\\.\\.?")) return;
    problems.add(field + " is " + key + ": give a key of the Secret");
  }

  /** Which properties follow from the rest is asked of what makes them. */
  private void config(KafkaSpec kafka) {
    new KafkaSecurity(
            Optional.ofNullable(kafka.tls()).map(_ -> new KafkaSecurity.Tls(List.of())),
            Optional.ofNullable(kafka.authentication()).map(_ -> new Login.Password(true, "", "")))
        .refused(kafka.config().keySet())
        .forEach(
            key ->
                problems.add(
                    "spec.kafka.config "
                        + key
                        + " cannot be given beside spec.kafka.tls or spec.kafka.authentication,"
                        + " from which it follows: remove it"));
  }
}
