package dev.chatcluster.api.v1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Objects;

/** TLS to Kafka; without any certificates the authorities are those of the JVM. */
@ApiObject
public record KafkaTls(
    @Size(max = 16)
        @JsonPropertyDescription(
            "Certificates of the authorities that sign the brokers' certificates, in PEM, each in a Secret of the"
                + " ChatCluster's namespace. At most 16. When absent or empty, the authorities that the JVM knows are"
                + " trusted.")
        List<TrustedCertificate> trustedCertificates) {

  /** Puts the default in place of each missing field. */
  public KafkaTls {
    trustedCertificates =
        trustedCertificates == null
            ? List.of()
            : trustedCertificates.stream().filter(Objects::nonNull).toList();
  }

  /** Certificates in one Secret. */
  @ApiObject
  @ValidationRule(
      value = "has(self.certificate) != has(self.pattern)",
      message =
          "give either certificate, one key of the Secret, or pattern, which may match several")
  public record TrustedCertificate(
      @Required
          @Size(min = 1, max = 253)
          @Pattern(SecretNames.NAME)
          @JsonPropertyDescription("Name of the Secret.")
          String secretName,
      @Size(min = 1, max = 253)
          @Pattern(SecretNames.KEY)
          @JsonPropertyDescription(
              "Key of the Secret under which the certificates stand, for example ca.crt. This or pattern.")
          String certificate,
      @Size(min = 1, max = 253)
          @Pattern("^[-._a-zA-Z0-9*?!,{}\\[\\]]+$")
          @JsonPropertyDescription(
              "Glob of keys of the Secret, for example *.crt; at least one must match, and all that match are trusted."
                  + " The pods see the whole Secret then. This or certificate.")
          String pattern) {}
}
