package dev.chatcluster.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.kafka.EmbeddedKafka;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An operator on a Kubernetes API in memory and a real Kafka, both fresh but the latter's data. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
abstract class OnMockApi {
  @TempDir static Path folder;
  static EmbeddedKafka kafka;
  static String brokers;
  static Admin admin;

  MockApi api;
  World world;

  @BeforeAll
  static void startKafka() throws Exception {
    kafka = EmbeddedKafka.start(folder);
    brokers = kafka.bootstrapServers();
    admin = Admin.create(Map.of("bootstrap.servers", brokers));
  }

  @AfterAll
  static void stopKafka() {
    admin.close();
    kafka.close();
  }

  @BeforeEach
  void startOperator() {
    api = new MockApi();
    world = new World(api.client());
  }

  @AfterEach
  void stopOperator() {
    world.close();
    api.close();
  }

  /** Applies a ChatCluster and plays its pods until it is ready. */
  void ready(String name, int partitions, String... specLines) {
    world.apply(World.cluster(name, partitions, brokers, specLines));
    world.awaitReady(name, "Starting");
    podsCome(name, partitions);
    world.awaitReady(name, "Ready");
  }

  /**
   * Leaves behind what an operator does that is killed between the creation of the topics and the
   * status that tells of them; no operator runs afterwards.
   */
  void createdButNotSaid(String name, int partitions, String... specLines) throws Exception {
    api.fail((method, path, body) -> path.endsWith("/status") && body.contains("\"logId\""));
    world.apply(World.cluster(name, partitions, brokers, specLines));
    await().atMost(World.SOON).until(() -> exists(name + ".control"));
    await().atMost(World.SOON).until(() -> world.service(name + "-clients").get() != null);
    world.close();
    api.heal();
    assertThat(world.get(name).getStatus().topic().id()).isNull();
  }

  void podsCome(String name, int partitions) {
    for (int p = 0; p < partitions; p++) world.podsCome(name + "-partition-" + p);
  }

  static TopicDescription describe(String topic) throws Exception {
    return admin.describeTopics(List.of(topic)).topicNameValues().get(topic).get();
  }

  static boolean exists(String topic) throws Exception {
    return admin.listTopics().names().get().contains(topic);
  }

  static String config(String topic, String key) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    ConfigEntry entry =
        admin.describeConfigs(List.of(resource)).values().get(resource).get().get(key);
    return entry.value();
  }

  static void createTopic(String topic, int partitions, Map<String, String> config)
      throws Exception {
    admin
        .createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(config)))
        .all()
        .get();
  }
}
