package dev.chatcluster.api.v1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Who the operator and the pods are to Kafka. */
@ApiObject
@ValidationRule(
    value =
        "(self.type in ['scram-sha-512', 'plain']) == (has(self.username) && has(self.passwordSecret))"
            + " && has(self.username) == has(self.passwordSecret)",
    message =
        "username and passwordSecret must be given with type scram-sha-512 or plain, and only with these")
@ValidationRule(
    value = "(self.type == 'tls') == has(self.certificateAndKey)",
    message = "certificateAndKey must be given with type tls, and only with it")
@ValidationRule(
    value =
        "(self.type == 'oauth') == (has(self.tokenEndpointUri) && has(self.clientId) && has(self.clientSecret))"
            + " && has(self.tokenEndpointUri) == has(self.clientId)"
            + " && has(self.clientId) == has(self.clientSecret)",
    message =
        "tokenEndpointUri, clientId and clientSecret must be given with type oauth, and only with it")
@ValidationRule(
    value = "self.type == 'oauth' || !has(self.scope)",
    message = "scope goes only with type oauth")
public record KafkaAuthentication(
    @Required
        @OneOf({"scram-sha-512", "plain", "tls", "oauth"})
        @JsonPropertyDescription(
            "scram-sha-512: username and passwordSecret, with SCRAM-SHA-512. plain: the same with PLAIN, which tells the"
                + " broker the password; give spec.kafka.tls. tls: a certificate of the client, which needs"
                + " spec.kafka.tls. oauth: a token that is fetched from tokenEndpointUri with clientId and clientSecret.")
        String type,
    @Size(min = 1, max = 256) @JsonPropertyDescription("User, with type scram-sha-512 or plain.")
        String username,
    @JsonPropertyDescription("Where the user's password stands.") PasswordSecret passwordSecret,
    @JsonPropertyDescription("Where the client's certificate and its private key stand.")
        CertificateAndKey certificateAndKey,
    @Size(min = 1, max = 2048)
        @Pattern("^https?://[^\\s]+$")
        @JsonPropertyDescription(
            "URL that gives tokens for client credentials, with type oauth. The operator asks only URLs that its"
                + " administrator allows (the chart's value kafka.tokenEndpoints). An https URL needs a certificate that"
                + " the JVM trusts.")
        String tokenEndpointUri,
    @Size(min = 1, max = 256) @JsonPropertyDescription("The client, with type oauth.")
        String clientId,
    @JsonPropertyDescription("Where the client's secret stands.") SecretKey clientSecret,
    @Size(min = 1, max = 1024)
        @JsonPropertyDescription("Scope that is asked for with the token, with type oauth.")
        String scope) {

  /** A password in a Secret of the ChatCluster's namespace. */
  @ApiObject
  public record PasswordSecret(
      @Required
          @Size(min = 1, max = 253)
          @Pattern(SecretNames.NAME)
          @JsonPropertyDescription("Name of the Secret.")
          String secretName,
      @Required
          @Size(min = 1, max = 253)
          @Pattern(SecretNames.KEY)
          @JsonPropertyDescription("Key of the Secret under which the password stands.")
          String password) {}

  /** A certificate and its key in a Secret of the ChatCluster's namespace. */
  @ApiObject
  public record CertificateAndKey(
      @Required
          @Size(min = 1, max = 253)
          @Pattern(SecretNames.NAME)
          @JsonPropertyDescription("Name of the Secret.")
          String secretName,
      @Required
          @Size(min = 1, max = 253)
          @Pattern(SecretNames.KEY)
          @JsonPropertyDescription(
              "Key of the Secret under which the certificate stands, in PEM, with those of intermediate authorities"
                  + " behind it.")
          String certificate,
      @Required
          @Size(min = 1, max = 253)
          @Pattern(SecretNames.KEY)
          @JsonPropertyDescription(
              "Key of the Secret under which the private key stands: PEM of PKCS #8 without a password.")
          String key) {}

  /** A value in a Secret of the ChatCluster's namespace. */
  @ApiObject
  public record SecretKey(
      @Required
          @Size(min = 1, max = 253)
          @Pattern(SecretNames.NAME)
          @JsonPropertyDescription("Name of the Secret.")
          String secretName,
      @Required
          @Size(min = 1, max = 253)
          @Pattern(SecretNames.KEY)
          @JsonPropertyDescription("Key of the Secret under which the value stands.")
          String key) {}
}
