package dev.chatcluster.operator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OperatorConfigTest {
  @Test
  void needsNothing() throws Exception {
    assertThat(OperatorConfig.read(Map.of("PATH", "/bin"), "1.2.3"))
        .isEqualTo(
            new OperatorConfig(
                Set.of(),
                "chat-consumer:1.2.3",
                Duration.ofMinutes(2),
                "0.0.0.0",
                8081,
                "INFO",
                false));
  }

  @Test
  void takesWhatItIsGiven() throws Exception {
    assertThat(
            OperatorConfig.read(
                Map.of(
                    "CHAT_OPERATOR_NAMESPACES", "a, b",
                    "CHAT_OPERATOR_CONSUMER_IMAGE", "registry/chat:1",
                    "CHAT_OPERATOR_RESYNC_SECONDS", "30",
                    "CHAT_OPERATOR_BIND_ADDRESS", "127.0.0.1",
                    "CHAT_OPERATOR_MANAGEMENT_PORT", "0",
                    "CHAT_OPERATOR_LOG_LEVEL", "DEBUG",
                    "CHAT_OPERATOR_LOG_FORMAT", "Json"),
                "1"))
        .isEqualTo(
            new OperatorConfig(
                Set.of("a", "b"),
                "registry/chat:1",
                Duration.ofSeconds(30),
                "127.0.0.1",
                0,
                "DEBUG",
                true));
  }

  @Test
  void saysEverythingThatIsWrongAtOnce() {
    assertThatThrownBy(
            () ->
                OperatorConfig.read(
                    Map.of(
                        "CHAT_OPERATOR_NAMESPACES", "Good_One",
                        "CHAT_OPERATOR_RESYNC_SECONDS", "1",
                        "CHAT_OPERATOR_MANAGEMENT_PORT", "http",
                        "CHAT_OPERATOR_LOG_LEVEL", "loud",
                        "CHAT_OPERATOR_COLOUR", "red",
                        "KUBECONFIG", "/no/such/file"),
                    "1"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(
            "CHAT_OPERATOR_NAMESPACES has \"Good_One\"",
            "CHAT_OPERATOR_RESYNC_SECONDS is \"1\": give a number from 10 to 3600",
            "CHAT_OPERATOR_MANAGEMENT_PORT is \"http\"",
            "CHAT_OPERATOR_LOG_LEVEL is \"loud\": give one of ERROR, WARN, INFO, DEBUG, TRACE",
            "KUBECONFIG is \"/no/such/file\": there is no such file",
            "CHAT_OPERATOR_COLOUR is not a variable of the operator");
  }
}
