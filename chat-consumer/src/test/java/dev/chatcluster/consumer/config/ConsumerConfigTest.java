package dev.chatcluster.consumer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.chatcluster.access.KafkaSecurity;
import dev.chatcluster.roomlog.room.Partitioning;
import dev.chatcluster.roomlog.room.RoomSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsumerConfigTest {
  private static final Map<String, String> LEAST =
      Map.of(
          "CHAT_KAFKA_BOOTSTRAP_SERVERS", "kafka:9092",
          "CHAT_TOPIC", "studyhub",
          "CHAT_PARTITION", "1",
          "CHAT_POD_NAME", "pod-a");

  private static Map<String, String> with(String... more) {
    Map<String, String> all = new HashMap<>(LEAST);
    for (int i = 0; i < more.length; i += 2) all.put(more[i], more[i + 1]);
    return all;
  }

  private static List<String> problems(Map<String, String> environment) {
    return catchThrowableOfType(ConfigException.class, () -> ConsumerConfig.read(environment))
        .problems();
  }

  @Test
  void threeVariablesAreEnough() throws ConfigException {
    ConsumerConfig config = ConsumerConfig.read(LEAST);
    assertThat(config)
        .isEqualTo(
            new ConsumerConfig(
                new KafkaAccess("kafka:9092", Map.of(), KafkaSecurity.NONE),
                "studyhub",
                new Own.One(1),
                new RoomSource.Key(),
                Partitioning.KAFKA_DEFAULT,
                new ConsumerConfig.Clients(
                    "0.0.0.0", 8080, null, "/", null, List.of("*"), 1_048_576, 2_097_152),
                8081,
                Duration.ofSeconds(30),
                new ConsumerConfig.History(100, 262_144),
                5_000_000,
                new ConsumerConfig.Logging(
                    ConsumerConfig.Logging.Level.INFO, ConsumerConfig.Logging.Format.TEXT),
                "pod-a"));
  }

  @Test
  void everyVariableIsRead() throws ConfigException {
    ConsumerConfig config =
        ConsumerConfig.read(
            with(
                "CHAT_KAFKA_CONFIG",
                    "security.protocol=SSL\nssl.endpoint.identification.algorithm=\n",
                "CHAT_PARTITION", "all",
                "CHAT_ROOMS_SOURCE", "Json:/roomId",
                "CHAT_ROOMS_PARTITIONING", "Modulo",
                "CHAT_PORT", "0",
                "CHAT_MANAGEMENT_PORT", "0",
                "CHAT_BIND_ADDRESS", "127.0.0.1",
                "CHAT_PARTITION_URL", "ws://chat-{partition}:8080",
                "CHAT_PATH", "/a/b",
                "CHAT_TLS_CERTIFICATE", "/tls/tls.crt",
                "CHAT_TLS_KEY", "/tls/tls.key",
                "CHAT_ALLOWED_ORIGINS", "https://a.example.com, http://localhost:3000",
                "CHAT_DRAIN_SECONDS", "5",
                "CHAT_MESSAGE_BYTES", "1000",
                "CHAT_SLOW_CLIENT_BYTES", "5000",
                "CHAT_HISTORY_MESSAGES", "7",
                "CHAT_HISTORY_BYTES", "700",
                "CHAT_RESUME_RECORDS", "70000",
                "CHAT_LOG_LEVEL", "DEBUG",
                "CHAT_LOG_FORMAT", "Json"));
    assertThat(config)
        .isEqualTo(
            new ConsumerConfig(
                new KafkaAccess(
                    "kafka:9092",
                    Map.of("security.protocol", "SSL", "ssl.endpoint.identification.algorithm", ""),
                    KafkaSecurity.NONE),
                "studyhub",
                new Own.All(),
                new RoomSource.Json("/roomId"),
                Partitioning.MODULO,
                new ConsumerConfig.Clients(
                    "127.0.0.1",
                    0,
                    "ws://chat-{partition}:8080",
                    "/a/b",
                    new ConsumerConfig.Tls(Path.of("/tls/tls.crt"), Path.of("/tls/tls.key")),
                    List.of("https://a.example.com", "http://localhost:3000"),
                    1000,
                    5000),
                0,
                Duration.ofSeconds(5),
                new ConsumerConfig.History(7, 700),
                70_000,
                new ConsumerConfig.Logging(
                    ConsumerConfig.Logging.Level.DEBUG, ConsumerConfig.Logging.Format.JSON),
                "pod-a"));
  }

  @Test
  void theControlTopicOfAnotherIsNoDataTopic() {
    assertThat(problems(with("CHAT_TOPIC", "studyhub.control")))
        .singleElement()
        .satisfies(p -> assertThat(p).contains("CHAT_TOPIC", "\"studyhub.control\"", "data topic"));
  }

  @Test
  void allThatIsMissingIsNamedAtOnce() {
    assertThat(problems(Map.of("PATH", "/bin")))
        .satisfiesExactly(
            p -> assertThat(p).contains("CHAT_KAFKA_BOOTSTRAP_SERVERS", "missing", "host:port"),
            p -> assertThat(p).contains("CHAT_TOPIC", "missing"),
            p -> assertThat(p).contains("CHAT_PARTITION", "missing", "all"));
  }

  @Test
  void allThatIsWrongIsNamedAtOnceWithItsValueAndWhatIsWanted() {
    List<String> problems =
        problems(
            with(
                "CHAT_KAFKA_BOOTSTRAP_SERVERS", "kafka",
                "CHAT_TOPIC", "study hub",
                "CHAT_PARTITION", "first",
                "CHAT_ROOMS_SOURCE", "Body",
                "CHAT_ROOMS_PARTITIONING", "Random",
                "CHAT_PORT", "70000",
                "CHAT_MANAGEMENT_PORT", "x",
                "CHAT_PARTITION_URL", "ws://chat:8080",
                "CHAT_PATH", "a/",
                "CHAT_TLS_KEY", "/tls/tls.key",
                "CHAT_ALLOWED_ORIGINS", "example.com",
                "CHAT_DRAIN_SECONDS", "-1",
                "CHAT_MESSAGE_BYTES", "0",
                "CHAT_SLOW_CLIENT_BYTES", "1Mi",
                "CHAT_HISTORY_MESSAGES", "many",
                "CHAT_HISTORY_BYTES", "-5",
                "CHAT_LOG_LEVEL", "LOUD",
                "CHAT_LOG_FORMAT", "xml",
                "CHAT_PROT", "1"));
    assertThat(problems)
        .satisfiesExactlyInAnyOrder(
            p -> assertThat(p).contains("CHAT_KAFKA_BOOTSTRAP_SERVERS", "\"kafka\"", "host:port"),
            p -> assertThat(p).contains("CHAT_TOPIC", "\"study hub\"", "1 to 240"),
            p -> assertThat(p).contains("CHAT_PARTITION ", "\"first\"", "0 to 999, or all"),
            p -> assertThat(p).contains("CHAT_ROOMS_SOURCE", "Body", "Key, Header:<name>"),
            p -> assertThat(p).contains("CHAT_ROOMS_PARTITIONING", "Random", "KafkaDefault"),
            p -> assertThat(p).contains("CHAT_PORT", "\"70000\"", "0 to 65535"),
            p -> assertThat(p).contains("CHAT_MANAGEMENT_PORT", "\"x\"", "0 to 65535"),
            p -> assertThat(p).contains("CHAT_PARTITION_URL", "{partition}"),
            p -> assertThat(p).contains("CHAT_PATH", "\"a/\"", "none at its end"),
            p -> assertThat(p).contains("CHAT_TLS_CERTIFICATE", "missing", "both files"),
            p -> assertThat(p).contains("CHAT_ALLOWED_ORIGINS", "example.com", "https://"),
            p -> assertThat(p).contains("CHAT_DRAIN_SECONDS", "\"-1\"", "0 to 3600"),
            p -> assertThat(p).contains("CHAT_MESSAGE_BYTES", "\"0\"", "1 to"),
            p -> assertThat(p).contains("CHAT_SLOW_CLIENT_BYTES", "\"1Mi\"", "whole number"),
            p -> assertThat(p).contains("CHAT_HISTORY_MESSAGES", "\"many\""),
            p -> assertThat(p).contains("CHAT_HISTORY_BYTES", "\"-5\""),
            p -> assertThat(p).contains("CHAT_LOG_LEVEL", "\"LOUD\"", "ERROR, WARN, INFO, DEBUG"),
            p -> assertThat(p).contains("CHAT_LOG_FORMAT", "\"xml\"", "Text, Json"),
            p -> assertThat(p).contains("CHAT_PROT", "not a variable"));
  }

  @Test
  void twoListenersOnOnePortContradictEachOther() {
    assertThat(problems(with("CHAT_PORT", "9000", "CHAT_MANAGEMENT_PORT", "9000")))
        .singleElement()
        .satisfies(p -> assertThat(p).contains("CHAT_PORT", "CHAT_MANAGEMENT_PORT", "9000"));
  }

  @Test
  void kafkaPropertiesThatAreOursAreRefusedByNameAndNoValueIsShown() {
    List<String> problems =
        problems(with("CHAT_KAFKA_CONFIG", "group.id=mine\nacks=1\nsasl.jaas.config=secret"));
    assertThat(problems)
        .satisfiesExactly(
            p -> assertThat(p).contains("CHAT_KAFKA_CONFIG", "acks"),
            p -> assertThat(p).contains("CHAT_KAFKA_CONFIG", "group.id"));
    assertThat(problems.toString()).doesNotContain("secret", "mine");
  }

  @Test
  void aValueThatKafkasClientsRefuseIsNamedWithWhatIsAllowed() {
    assertThat(problems(with("CHAT_KAFKA_CONFIG", "max.poll.records=abc\nclient.rack=a")))
        .containsExactly(
            "CHAT_KAFKA_CONFIG has a line whose max.poll.records is abc: it must be a whole number"
                + " up to 2147483647.");
  }

  @Test
  void aSecretIsNotPrintedWithTheConfiguration() throws ConfigException {
    ConsumerConfig config =
        ConsumerConfig.read(with("CHAT_KAFKA_CONFIG", "sasl.jaas.config=top-secret"));
    assertThat(config.toString()).contains("sasl.jaas.config").doesNotContain("top-secret");
  }

  @Test
  void anEmptyVariableCountsAsAbsent() throws ConfigException {
    assertThat(ConsumerConfig.read(with("CHAT_PORT", " ", "CHAT_PARTITION_URL", "")).clients())
        .isEqualTo(ConsumerConfig.read(LEAST).clients());
  }
}
