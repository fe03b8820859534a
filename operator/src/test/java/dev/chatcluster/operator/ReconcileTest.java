package dev.chatcluster.operator;

import static dev.chatcluster.operator.World.NAMESPACE;
import static dev.chatcluster.operator.World.SOON;
import static dev.chatcluster.operator.World.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.kafka.EmbeddedKafka;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReconcileTest {
  @TempDir static Path folder;
  static EmbeddedKafka kafka;
  static String brokers;

  MockApi api;
  World world;

  @BeforeAll
  static void startKafka() throws Exception {
    kafka = EmbeddedKafka.start(folder);
    brokers = kafka.bootstrapServers();
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @BeforeEach
  void start() {
    api = new MockApi();
    world = new World(api.client());
  }

  @AfterEach
  void stop() {
    world.close();
    api.close();
  }

  @Test
  void makesTopicDeploymentsServicesAndStatus() {
    world.apply(cluster("studyhub", 3, brokers));
    world.awaitReady("studyhub", "Starting");
    assertThat(world.names(Deployment.class))
        .containsExactly("studyhub-partition-0", "studyhub-partition-1", "studyhub-partition-2");
    assertThat(world.names(Service.class))
        .containsExactly(
            "studyhub-clients",
            "studyhub-partition-0",
            "studyhub-partition-1",
            "studyhub-partition-2");

    world.podsCome("studyhub-partition-0", "studyhub-partition-1", "studyhub-partition-2");
    world.awaitReady("studyhub", "Ready");
    ChatCluster cluster = world.get("studyhub");
    assertThat(cluster.getStatus().partitions()).isEqualTo(3);
    assertThat(cluster.getStatus().readyPartitions()).isEqualTo(3);
    assertThat(cluster.getStatus().epoch()).isZero();
    assertThat(cluster.getStatus().logId()).isNotBlank();
    assertThat(cluster.getStatus().kafkaClusterId()).isNotBlank();
    assertThat(cluster.getStatus().topic().created()).isTrue();
    assertThat(cluster.getStatus().url())
        .isEqualTo("ws://studyhub-clients." + NAMESPACE + ".svc:8080");
    assertThat(cluster.getStatus().problems()).isEmpty();
    assertThat(cluster.getMetadata().getFinalizers()).isEmpty();
    System.out.println(new io.fabric8.kubernetes.client.utils.KubernetesSerialization().asYaml(cluster));
    System.out.println(new io.fabric8.kubernetes.client.utils.KubernetesSerialization().asYaml(world.deployment("studyhub-partition-0").get()));
    world.client.v1().events().inNamespace(NAMESPACE).list().getItems().forEach(e -> System.out.println(e.getReason() + " " + e.getMessage()));
    api.takeRequests().forEach(System.out::println);
  }
}
