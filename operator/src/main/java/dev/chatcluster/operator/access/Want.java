package dev.chatcluster.operator.access;

import dev.chatcluster.access.Pem;
import dev.chatcluster.api.v1.KafkaAuthentication;
import dev.chatcluster.api.v1.KafkaSpec;
import dev.chatcluster.api.v1.KafkaTls;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a spec names of a Secret.
 *
 * @param key the key, or a glob that at least one key must match
 */
record Want(String secret, String key, boolean glob, Kind kind) {
  /** What must stand there. */
  enum Kind {
    AUTHORITIES("spec.kafka.tls", "certificates of authorities in PEM", Pem::problemOfCertificates),
    CERTIFICATE(
        "spec.kafka.authentication", "the client's certificate in PEM", Pem::problemOfCertificates),
    KEY(
        "spec.kafka.authentication",
        "the certificate's private key, PKCS #8 in PEM",
        Pem::problemOfKey),
    PASSWORD("spec.kafka.authentication", "the user's password", Kind::problemOfPassword),
    CLIENT_SECRET(
        "spec.kafka.authentication", "the OAuth client's secret", Kind::problemOfPassword);

    private final String field;
    private final String words;
    private final Function<String, Optional<String>> problem;

    Kind(String field, String words, Function<String, Optional<String>> problem) {
      this.field = field;
      this.words = words;
      this.problem = problem;
    }

    String words() {
      return words + " (" + field + ")";
    }

    /** What is wrong with a text, as the end of a sentence. */
    Optional<String> problem(String text) {
      return problem.apply(text);
    }

    private static Optional<String> problemOfPassword(String text) {
      return text.isEmpty() ? Optional.of("is empty") : Optional.empty();
    }
  }

  /** All that {@code kafka} names, in its order. */
  static List<Want> of(KafkaSpec kafka) {
    List<Want> wants = new ArrayList<>();
    if (kafka.tls() != null) {
      for (KafkaTls.TrustedCertificate each : kafka.tls().trustedCertificates()) {
        boolean glob = each.pattern() != null;
        String key = glob ? each.pattern() : each.certificate();
        wants.add(new Want(each.secretName(), key, glob, Kind.AUTHORITIES));
      }
    }
    KafkaAuthentication who = kafka.authentication();
    if (who == null) return wants;
    if (who.passwordSecret() != null) {
      KafkaAuthentication.PasswordSecret in = who.passwordSecret();
      wants.add(new Want(in.secretName(), in.password(), false, Kind.PASSWORD));
    }
    if (who.certificateAndKey() != null) {
      KafkaAuthentication.CertificateAndKey in = who.certificateAndKey();
      wants.add(new Want(in.secretName(), in.certificate(), false, Kind.CERTIFICATE));
      wants.add(new Want(in.secretName(), in.key(), false, Kind.KEY));
    }
    if (who.clientSecret() != null) {
      KafkaAuthentication.SecretKey in = who.clientSecret();
      wants.add(new Want(in.secretName(), in.key(), false, Kind.CLIENT_SECRET));
    }
    return wants;
  }
}
