package dev.chatcluster.operator.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.junit.jupiter.api.Test;

class KafkaFailureTest {
  private static String said(AuthenticationException thrown) {
    return KafkaFailure.of(new ExecutionException(thrown), "Describe", "Topic/t", "k:9092")
        .getMessage();
  }

  @Test
  void namesTheListenerWhereItDoesNotTakeSuchCredentials() {
    assertThat(
            said(
                new IllegalSaslStateException(
                    "Unexpected handshake request with client mechanism SCRAM-SHA-512, enabled"
                        + " mechanisms are []")))
        .contains("k:9092", "takes no SASL", "remove spec.kafka.authentication")
        .doesNotContain("password");
    assertThat(
            said(
                new UnsupportedSaslMechanismException(
                    "Client SASL mechanism 'PLAIN' not enabled in the server, enabled mechanisms"
                        + " are [SCRAM-SHA-512]")))
        .endsWith(
            "[SCRAM-SHA-512]; choose spec.kafka.authentication.type by these, or name another"
                + " listener in spec.kafka.bootstrapServers");
  }

  @Test
  void namesTheUserWhereItIsRefused() {
    assertThat(said(new SaslAuthenticationException("invalid credentials")))
        .endsWith("correct the user, its password or certificate, here or in Kafka");
  }
}
