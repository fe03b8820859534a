package dev.chatcluster.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.e2e.client.StompFrame;
import dev.chatcluster.e2e.client.StompProbe;
import dev.chatcluster.e2e.process.ConsumerProcess;
import dev.chatcluster.e2e.process.OperatorProcess;
import dev.chatcluster.e2e.process.SecuredKafka;
import dev.chatcluster.e2e.process.SecuredKafka.Role;
import dev.chatcluster.quickstart.Cluster;
import dev.chatcluster.quickstart.Kubeconfig;
import dev.chatcluster.quickstart.api.ApiServer;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.Key;
import dev.chatcluster.quickstart.objects.ObjectStore;
import dev.chatcluster.quickstart.objects.ResourceType;
import dev.chatcluster.quickstart.objects.ResourceTypes;
import dev.chatcluster.quickstart.objects.Resources;
import dev.chatcluster.quickstart.objects.WriteOptions;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ACLs that docs/security.md lists, and no other, are enough: for an operator with one user and
 * pods with another, over a life with strays, a change of the partition count up and down, and the
 * deletion of the topics.
 */
@Tag("slow")
@Timeout(300)
class LeastRightsTest {
  private static final String TOPIC = "secured";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<ConsumerProcess> pods = new ArrayList<>();
  private final ObjectStore store = new ObjectStore();
  private final Resources resources = new Resources(store, new ResourceTypes(store));
  private final Cluster cluster = new Cluster(resources);
  private SecuredKafka kafka;
  private ApiServer api;
  private OperatorProcess operator;

  @BeforeEach
  void start() throws Exception {
    kafka =
        new SecuredKafka(folder, "127.0.0.1", Map.of("operator", "operators", "pods", "theirs"));
    int acls =
        kafka.grant(TOPIC, "operator", Role.OPERATOR) + kafka.grant(TOPIC, "pods", Role.PODS);
    assertThat(acls).isGreaterThan(20);
    cluster.prepare(Path.of("../crds/chatclusters.chatcluster.dev.yaml"));
    api = ApiServer.start(resources, (namespace, pod, before) -> Optional.empty(), 0);
    Path kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(kubeconfig, Kubeconfig.of(api.url()));
    operator = OperatorProcess.start(kubeconfig);
  }

  @AfterEach
  void stop() {
    pods.forEach(ConsumerProcess::close);
    if (operator != null) operator.close();
    if (api != null) api.close();
    if (kafka != null) kafka.close();
    http.shutdownNow();
  }

  @Test
  void theDocumentedAclsAreEnoughForAWholeLife() throws Exception {
    secret("ca", "ca.crt", kafka.authority());
    secret("operator", "password", "operators");
    create(
        """
        apiVersion: chatcluster.dev/v1
        kind: ChatCluster
        metadata: {name: secured}
        spec:
          partitions: 2
          kafka:
            bootstrapServers: "%s"
            tls: {trustedCertificates: [{secretName: ca, certificate: ca.crt}]}
            authentication:
              type: scram-sha-512
              username: operator
              passwordSecret: {secretName: operator, password: password}
          topic: {deletionPolicy: Delete}
          rescale: {producerRefresh: 0s}
        """
            .formatted(kafka.bootstrapServers()));
    for (int p = 0; p < 2; p++) serve(p);
    awaitReady();
    try (StompProbe client = new StompProbe(http, pods.getFirst().webSocket()).subscribe("room")) {
      talk(client, "first", 2);
      cluster.scale("default", "secured", 3);
      serve(2);
      await().atMost(PATIENCE).until(() -> status().path("epoch").asInt() == 1);
      awaitReady();
      talk(client, "second", 3);
      cluster.scale("default", "secured", 2);
      await().atMost(PATIENCE).until(() -> status().path("epoch").asInt() == 2);
      await().atMost(PATIENCE).until(() -> deployment(2).isEmpty());
      awaitReady();
      talk(client, "third", 3);
    }
    pods.forEach(ConsumerProcess::close);
    resources.delete(chats(), chat(), Json.object(), false);
    try (Admin admin = kafka.admin()) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> admin.listTopics().names().get().stream().noneMatch(t -> t.startsWith(TOPIC)));
    }
  }

  /** A message by the client, and one in each partition by a producer that knows of no room. */
  private void talk(StompProbe client, String words, int partitions) throws Exception {
    Set<String> expected = new HashSet<>();
    client.send("room", words, words.getBytes(StandardCharsets.UTF_8));
    expected.add("MESSAGE " + words);
    expected.add("RECEIPT ");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.adminBootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      for (int p = 0; p < partitions; p++) {
        String body = words + " in " + p;
        producer.send(new ProducerRecord<>(TOPIC, p, "room", body)).get();
        expected.add("MESSAGE " + body);
      }
    }
    Set<String> received = new HashSet<>();
    while (!received.containsAll(expected)) {
      StompFrame frame = client.next(PATIENCE);
      received.add(frame.command() + " " + frame.text());
    }
    assertThat(received).isEqualTo(expected);
  }

  /** Plays what Kubernetes does for a partition; its pod has the other user. */
  private void serve(int partition) throws IOException {
    await().atMost(PATIENCE).until(() -> deployment(partition).isPresent());
    pods.add(
        ConsumerProcess.start(
            Map.of(
                "CHAT_KAFKA_BOOTSTRAP_SERVERS",
                kafka.bootstrapServers(),
                "CHAT_TOPIC",
                TOPIC,
                "CHAT_PARTITION",
                "" + partition,
                "CHAT_KAFKA_TLS",
                "true",
                "CHAT_KAFKA_TRUSTED_CERTIFICATES",
                file("ca.crt", kafka.authority()),
                "CHAT_KAFKA_AUTHENTICATION",
                "scram-sha-512",
                "CHAT_KAFKA_USERNAME",
                "pods",
                "CHAT_KAFKA_PASSWORD_FILE",
                file("password", "theirs"))));
    resources.updateStatus(
        ResourceTypes.DEPLOYMENTS,
        key(partition),
        deployment -> {
          Json.child(deployment, "status")
              .put("observedGeneration", deployment.at("/metadata/generation").asLong())
              .put("replicas", 1)
              .put("updatedReplicas", 1)
              .put("readyReplicas", 1);
          return deployment;
        });
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  /** All is well, and nothing is missing that would only be a warning. */
  private void awaitReady() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(condition("Ready").path("reason").asText())
                  .as("%s", condition("Ready"))
                  .isEqualTo("Ready");
              assertThat(condition("Warning").path("reason").asText())
                  .as("%s", condition("Warning"))
                  .isIn("NoWarnings", "Strays");
              assertThat(status().path("problems")).isEmpty();
            });
  }

  private JsonNode condition(String type) {
    for (JsonNode each : status().path("conditions"))
      if (each.path("type").asText().equals(type)) return each;
    return Json.object();
  }

  private JsonNode status() {
    return store.get(chat()).orElseThrow().path("status");
  }

  private ResourceType chats() {
    return resources.types().byId("chatclusters.chatcluster.dev").orElseThrow();
  }

  private Key chat() {
    return chats().key("default", "secured");
  }

  private Optional<ObjectNode> deployment(int partition) {
    return store.get(key(partition));
  }

  private static Key key(int partition) {
    return ResourceTypes.DEPLOYMENTS.key("default", "secured-partition-" + partition);
  }

  private void create(String yaml) {
    resources.create(
        chats(), "default", Json.read(yaml.getBytes(StandardCharsets.UTF_8)), WriteOptions.plain());
  }

  private void secret(String name, String key, String value) {
    ObjectNode secret = Json.object("v1", "Secret");
    Json.metadata(secret).put("name", name);
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    Json.child(secret, "data").put(key, Base64.getEncoder().encodeToString(bytes));
    ResourceType secrets = resources.types().byId("secrets").orElseThrow();
    resources.create(secrets, "default", secret, WriteOptions.plain());
  }
}
