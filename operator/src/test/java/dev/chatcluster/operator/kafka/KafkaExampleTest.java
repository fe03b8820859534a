package dev.chatcluster.operator.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import kafka.server.KafkaConfig;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The Kafka of docs/examples, as far as it can be looked at without its image. */
class KafkaExampleTest {
  private static final Path EXAMPLE = Path.of("../docs/examples/kafka.yaml");

  private static Service service;
  private static Deployment deployment;

  @BeforeAll
  static void read() throws IOException {
    KubernetesSerialization yaml = new KubernetesSerialization();
    for (String document : Files.readString(EXAMPLE).split("(?m)^---$")) {
      switch ((HasMetadata) yaml.unmarshal(document)) {
        case Service read -> service = read;
        case Deployment read -> deployment = read;
        case Namespace _ -> {}
        case HasMetadata other -> throw new AssertionError("not expected: " + other);
      }
    }
  }

  private static Container container() {
    return deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
  }

  @Test
  void isOfTheVersionThatIsTested() throws IOException {
    Properties tested = new Properties();
    try (var file = ClassLoader.getSystemResourceAsStream("kafka/kafka-version.properties")) {
      tested.load(file);
    }
    assertThat(container().getImage()).isEqualTo("apache/kafka:" + tested.get("version"));
  }

  @Test
  void itsSettingsAreABrokersAndItIsReachedWhereItsServiceIs() {
    KafkaConfig config = new KafkaConfig(settings(), false);
    var advertised = config.effectiveAdvertisedBrokerListeners();
    assertThat(advertised.size()).isEqualTo(1);
    var metadata = service.getMetadata();
    assertThat(advertised.apply(0).host())
        .isEqualTo(metadata.getName() + "." + metadata.getNamespace() + ".svc");
    assertThat(List.of(advertised.apply(0).port()))
        .isEqualTo(List.of(service.getSpec().getPorts().getFirst().getPort()));
    assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels())
        .containsAllEntriesOf(service.getSpec().getSelector());
  }

  /** As the image makes them of its environment. */
  private static Properties settings() {
    Properties settings = new Properties();
    container()
        .getEnv()
        .forEach(
            variable ->
                settings.put(
                    variable
                        .getName()
                        .replaceFirst("^KAFKA_", "")
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '.'),
                    variable.getValue()));
    return settings;
  }
}
