package dev.chatcluster.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatcluster.e2e.client.StompjsFollowers;
import dev.chatcluster.e2e.client.StompjsFollowers.StompjsFollower;
import dev.chatcluster.e2e.log.SeedMessage;
import dev.chatcluster.e2e.process.ChatTopic;
import dev.chatcluster.kafka.EmbeddedKafka;
import dev.chatcluster.kafka.KafkaOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From {@code helm install} to {@code helm uninstall} on a real cluster. Needs kubectl and helm,
 * the images in the cluster's nodes, and an address of this machine that pods reach: {@code
 * e2e/cluster.sh} sees to all that.
 */
@Tag("slow")
@Timeout(900)
class ClusterTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String OPERATOR_NAMESPACE = "chatcluster-e2e-operator";
  private static final String NAMESPACE = "chatcluster-e2e";
  private static final String RELEASE = "chat";

  @TempDir Path folder;
  private final Story story = new Story();
  private boolean began;
  private int served = 3;

  @BeforeEach
  void needsACluster() {
    if (System.getenv("CHATCLUSTER_E2E_HOST") != null) return;
    String reason = "No cluster is named: e2e/cluster.sh runs this on the one of KUBECONFIG.";
    if ("1".equals(System.getenv("CHATCLUSTER_REQUIRE_CLUSTER"))) fail(reason);
    abort(reason);
  }

  @AfterEach
  void takeAway() {
    if (!began) return;
    Command.attempt("helm", "uninstall", RELEASE, "-n", OPERATOR_NAMESPACE, "--wait");
    Command.attempt("kubectl", "delete", "ns", NAMESPACE, OPERATOR_NAMESPACE, "--ignore-not-found");
  }

  @Test
  void fromInstallToUninstall() throws Exception {
    String host = System.getenv("CHATCLUSTER_E2E_HOST");
    began = true;
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, KafkaOptions.DEFAULT.withHost(host));
        StompjsFollowers clients = new StompjsFollowers();
        KafkaProducer<byte[], byte[]> producer =
            new ChatTopic(kafka.bootstrapServers(), "studyhub", 3).producer()) {
      story.tell("a Kafka broker listens at %s", kafka.bootstrapServers());
      for (String each : List.of(OPERATOR_NAMESPACE, NAMESPACE)) restrictedNamespace(each);
      double install = story.seconds();
      install();
      apply(kafka.bootstrapServers());
      awaitServed(3);

      Forward[] partitions = new Forward[3];
      for (int p = 0; p < 3; p++)
        partitions[p] = new Forward(NAMESPACE, "studyhub-partition-" + p, 8080);
      try (Forward service = new Forward(NAMESPACE, "studyhub-clients", 8080)) {
        seedOrder(clients, partitions, producer, install);
        for (Forward each : partitions) each.close();

        clients.pods(List.of(service.webSocket()));
        try (Traffic traffic = new Traffic(clients, service.webSocket(), "studyhub", producer)) {
          traffic.begin();
          scale(traffic, 5);
          loseAPod(traffic);
          restart(traffic);
          scale(traffic, 2);
          traffic.end();
          traffic.check();
          story.tell("%s", traffic.report());
        }
      } finally {
        for (Forward each : partitions) each.close();
      }
      uninstall(kafka);
    }
  }

  private void restrictedNamespace(String name) {
    Command.feed(
        """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: %s
          labels: {pod-security.kubernetes.io/enforce: restricted}
        """
            .formatted(name),
        "kubectl",
        "apply",
        "-f",
        "-");
  }

  private void install() {
    List<String> helm =
        new ArrayList<>(
            List.of("helm", "install", RELEASE, "../helm/chat-operator", "-n", OPERATOR_NAMESPACE));
    String options = System.getenv().getOrDefault("CHATCLUSTER_E2E_HELM_OPTIONS", "");
    if (!options.isBlank()) helm.addAll(List.of(options.split(" ")));
    helm.addAll(List.of("--wait", "--timeout", "120s"));
    Command.run(helm.toArray(String[]::new));
    story.tell("the operator is installed and ready");
  }

  private void apply(String bootstrapServers) throws IOException {
    String example = Files.readString(Path.of("../docs/examples/studyhub.yaml"));
    assertThat(example).contains("127.0.0.1:9092");
    kubectl(example.replace("127.0.0.1:9092", bootstrapServers), "apply", "-f", "-");
    story.tell("docs/examples/studyhub.yaml is applied");
  }

  private static String kubectl(String input, String... words) {
    List<String> all = new ArrayList<>(List.of("kubectl", "-n", NAMESPACE));
    all.addAll(List.of(words));
    String[] command = all.toArray(String[]::new);
    return input == null ? Command.run(command) : Command.feed(input, command);
  }

  private void awaitServed(int partitions) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () -> {
              JsonNode status = status();
              assertThat(status.path("partitions").asInt()).isEqualTo(partitions);
              assertThat(status.path("readyPartitions").asInt()).isEqualTo(partitions);
              assertThat(condition(status, "Ready")).isEqualTo("True");
              assertThat(condition(status, "Rescaling")).isEqualTo("False");
              // The status may be of a moment ago.
              List<JsonNode> pods = pods();
              assertThat(pods)
                  .hasSize(partitions)
                  .allMatch(pod -> condition(pod.path("status"), "Ready").equals("True"));
            });
    story.tell("%d partitions are served", partitions);
  }

  private static JsonNode status() throws IOException {
    return JSON.readTree(kubectl(null, "get", "chatcluster", "studyhub", "-o", "json"))
        .path("status");
  }

  private static String condition(JsonNode status, String type) {
    for (JsonNode each : status.path("conditions")) {
      if (each.path("type").asText().equals(type)) return each.path("status").asText();
    }
    return "";
  }

  /** Ten messages, {@code _id} 0 to 9, to room {@code _id % 3}: stock clients on each partition. */
  private void seedOrder(
      StompjsFollowers clients,
      Forward[] partitions,
      KafkaProducer<byte[], byte[]> producer,
      double install)
      throws Exception {
    List<StompjsFollower> stock = new ArrayList<>();
    for (int room = 0; room < 3; room++) {
      Forward pod = partitions[room];
      await().atMost(Duration.ofSeconds(30)).until(pod::open);
      stock.add(clients.stock("seed", "" + room));
      stock.getLast().start(pod.webSocket()).get(30, TimeUnit.SECONDS);
    }
    List<List<byte[]>> written = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int id = 0; id < 10; id++) {
      byte[] value = new SeedMessage("" + id, id % 3, "hello").json();
      written.get(id % 3).add(value);
      producer.send(
          new ProducerRecord<>(
              "studyhub", id % 3, ("" + id).getBytes(StandardCharsets.UTF_8), value));
    }
    await().until(() -> stock.getFirst().reception().count() > 0);
    story.tell(
        "the first message is delivered, %.1f s after helm install began",
        story.seconds() - install);
    for (int room = 0; room < 3; room++) {
      StompjsFollower client = stock.get(room);
      int expected = written.get(room).size();
      await().until(() -> client.reception().count() >= expected);
      assertThat(client.reception().received())
          .isEqualTo(
              written.get(room).stream()
                  .mapToLong(dev.chatcluster.e2e.client.Reception::fingerprint)
                  .toArray());
    }
    story.tell("ten messages came in their rooms' order to stock clients");
  }

  private void scale(Traffic traffic, int partitions) {
    int stay = Math.min(partitions, served);
    List<String> staying = uids(stay);
    kubectl(null, "scale", "chatcluster/studyhub", "--replicas=" + partitions);
    story.tell("asked for %d partitions, under load", partitions);
    awaitServed(partitions);
    served = partitions;
    assertThat(uids(stay)).as("pods that stay").isEqualTo(staying);
    traffic.goOn(60);
  }

  private static List<JsonNode> pods() throws IOException {
    JsonNode all =
        JSON.readTree(
            kubectl(null, "get", "pods", "-l", "chatcluster.dev/cluster=studyhub", "-o", "json"));
    List<JsonNode> pods = new ArrayList<>();
    all.path("items").forEach(pods::add);
    return pods;
  }

  private static List<String> uids(int partitions) {
    return IntStream.range(0, partitions)
        .mapToObj(
            p ->
                kubectl(
                    null,
                    "get",
                    "pods",
                    "-l",
                    "chatcluster.dev/cluster=studyhub,chatcluster.dev/partition=" + p,
                    "-o",
                    "jsonpath={.items[*].metadata.uid}"))
        .toList();
  }

  private void loseAPod(Traffic traffic) throws IOException {
    for (JsonNode pod : pods().subList(0, 2)) {
      String name = pod.at("/metadata/name").asText();
      kubectl(null, "delete", "pod", name, "--grace-period=0", "--force");
      story.tell("deleted %s by force, under load", name);
      traffic.goOn(20);
    }
    awaitServed(5);
    traffic.goOn(60);
  }

  private void restart(Traffic traffic) {
    kubectl(
        null,
        "patch",
        "chatcluster",
        "studyhub",
        "--type=merge",
        "-p",
        "{\"spec\":{\"consumer\":{\"restartNonce\":1}}}");
    story.tell("asked for new pods, under load");
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () ->
                pods().size() == 5
                    && pods().stream()
                        .allMatch(
                            pod ->
                                pod.at("/metadata/annotations")
                                    .path("chatcluster.dev/restart-nonce")
                                    .asText()
                                    .equals("1")));
    awaitServed(5);
    traffic.goOn(60);
  }

  private void uninstall(EmbeddedKafka kafka) throws Exception {
    kubectl(null, "delete", "chatcluster", "studyhub", "--timeout=60s");
    await().atMost(PATIENCE).until(() -> pods().isEmpty());
    Command.run("helm", "uninstall", RELEASE, "-n", OPERATOR_NAMESPACE, "--wait");
    Command.run("kubectl", "get", "crd", "chatclusters.chatcluster.dev");
    try (var admin =
        org.apache.kafka.clients.admin.Admin.create(
            java.util.Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS))
          .contains("studyhub", "studyhub.control");
    }
    story.tell("uninstalled; the CRD, the topics and their messages are still there");
  }
}
