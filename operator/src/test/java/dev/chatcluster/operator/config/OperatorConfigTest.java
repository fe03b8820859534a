package dev.chatcluster.operator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chatcluster.operator.leader.Candidate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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
                Set.of(),
                "INFO",
                false,
                Optional.empty()));
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
                    "CHAT_OPERATOR_TOKEN_ENDPOINTS", "https://a/token, https://b/token",
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
                Set.of("https://a/token", "https://b/token"),
                "DEBUG",
                true,
                Optional.empty()));
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
                        "CHAT_OPERATOR_TOKEN_ENDPOINTS", "id.example",
                        "KUBECONFIG", "/no/such/file"),
                    "1"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(
            "CHAT_OPERATOR_NAMESPACES has \"Good_One\"",
            "CHAT_OPERATOR_TOKEN_ENDPOINTS has \"id.example\": give URLs",
            "CHAT_OPERATOR_RESYNC_SECONDS is \"1\": give a number from 10 to 3600",
            "CHAT_OPERATOR_MANAGEMENT_PORT is \"http\"",
            "CHAT_OPERATOR_LOG_LEVEL is \"loud\": give one of ERROR, WARN, INFO, DEBUG, TRACE",
            "KUBECONFIG is \"/no/such/file\": there is no such file",
            "CHAT_OPERATOR_COLOUR is not a variable of the operator");
  }

  @Test
  void runsForLeadershipAsTheCandidateThatItIsGiven() throws Exception {
    assertThat(
            OperatorConfig.read(
                    Map.of(
                        "CHAT_OPERATOR_LEADER_ELECTION", "true",
                        "CHAT_OPERATOR_LEASE_NAME", "chat.lease",
                        "CHAT_OPERATOR_POD_NAMESPACE", "chats",
                        "CHAT_OPERATOR_POD_NAME", "chat-operator-7d4b9c-x2x5p"),
                    "1")
                .candidate())
        .contains(new Candidate("chats", "chat.lease", "chat-operator-7d4b9c-x2x5p"));
  }

  @Test
  void needsToKnowWhoItIsOnlyWhereALeaderIsElected() throws Exception {
    Map<String, String> given =
        Map.of("CHAT_OPERATOR_LEADER_ELECTION", "false", "CHAT_OPERATOR_POD_NAME", "Pod");
    assertThat(OperatorConfig.read(given, "1").candidate()).isEmpty();

    assertThatThrownBy(
            () ->
                OperatorConfig.read(
                    Map.of(
                        "CHAT_OPERATOR_LEADER_ELECTION", "true",
                        "CHAT_OPERATOR_LEASE_NAME", "-",
                        "CHAT_OPERATOR_POD_NAME", "Pod"),
                    "1"))
        .hasMessageContainingAll(
            "CHAT_OPERATOR_LEASE_NAME is \"-\": with CHAT_OPERATOR_LEADER_ELECTION=true give",
            "CHAT_OPERATOR_POD_NAMESPACE is missing: with CHAT_OPERATOR_LEADER_ELECTION=true give",
            "CHAT_OPERATOR_POD_NAME is \"Pod\": with CHAT_OPERATOR_LEADER_ELECTION=true give");
    assertThatThrownBy(
            () -> OperatorConfig.read(Map.of("CHAT_OPERATOR_LEADER_ELECTION", "yes"), "1"))
        .hasMessageContaining("CHAT_OPERATOR_LEADER_ELECTION is \"yes\": give one of true, false");
  }
}
