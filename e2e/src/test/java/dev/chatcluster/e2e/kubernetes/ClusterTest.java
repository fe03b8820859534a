package dev.chatcluster.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatcluster.e2e.client.Reception;
import dev.chatcluster.e2e.client.StompjsFollowers;
import dev.chatcluster.e2e.client.StompjsFollowers.StompjsFollower;
import dev.chatcluster.e2e.log.SeedMessage;
import dev.chatcluster.e2e.process.ChatTopic;
import dev.chatcluster.e2e.process.SecuredKafka;
import dev.chatcluster.e2e.process.SecuredKafka.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From {@code helm install} to {@code helm uninstall} on a real cluster, with a Kafka that asks for
 * TLS, a password and ACLs. Needs kubectl and helm, the images in the cluster's nodes, and an
 * address of this machine that pods reach: {@code e2e/cluster.sh} sees to all that.
 */
@Tag("slow")
@Timeout(900)
class ClusterTest {
  private static final String NAMESPACE = "chatcluster-e2e";
  private static final List<String> SERVICES =
      List.of(
          "studyhub-clients",
          "studyhub-partition-0",
          "studyhub-partition-1",
          "studyhub-partition-2");

  /** The default of {@code spec.consumer.rollout.maxUnavailable}. */
  private static final int BUDGET = 1;

  /** Within two minutes the operator looks at the Secrets; a little for what follows from that. */
  private static final Duration SECRETS = Duration.ofSeconds(130);

  @TempDir Path folder;
  private final Story story = new Story();
  private final Release operator = new Release("chatcluster-e2e-operator", "chat");
  private final Chat chat = new Chat(NAMESPACE, "studyhub");
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
    Command.attempt("helm", "uninstall", operator.name(), "-n", operator.namespace(), "--wait");
    Command.attempt(
        "kubectl", "delete", "ns", NAMESPACE, operator.namespace(), "--ignore-not-found");
  }

  @Test
  void fromInstallToUninstall() throws Exception {
    String host = System.getenv("CHATCLUSTER_E2E_HOST");
    began = true;
    try (SecuredKafka kafka = new SecuredKafka(folder, host, Map.of("chat", "the first"));
        StompjsFollowers clients = new StompjsFollowers();
        KafkaProducer<byte[], byte[]> producer =
            new ChatTopic(kafka.adminBootstrapServers(), "studyhub", 3).producer()) {
      story.tell(
          "a Kafka broker listens at %s: TLS, SCRAM-SHA-512, and the %d ACLs of docs/security.md",
          kafka.bootstrapServers(), kafka.grant("studyhub", "chat", Role.OPERATOR, Role.PODS));
      for (String each : List.of(operator.namespace(), NAMESPACE)) restrictedNamespace(each);
      double install = story.seconds();
      operator.install();
      story.tell("the operator is installed and ready");
      apply(kafka);
      awaitServed(3);

      Forward[] partitions = new Forward[3];
      for (int p = 0; p < 3; p++)
        partitions[p] = new Forward(NAMESPACE, "studyhub-partition-" + p, 8080);
      try (Forward service = new Forward(NAMESPACE, "studyhub-clients", 8080);
          PodWatch watch = new PodWatch(NAMESPACE, "studyhub")) {
        seedOrder(clients, partitions, producer, install);
        for (Forward each : partitions) each.close();

        clients.pods(List.of(service.webSocket()));
        try (Inside inside = new Inside(NAMESPACE, Traffic.rooms(), SERVICES);
            Traffic traffic =
                new Traffic(clients, service.webSocket(), inside, "studyhub", producer)) {
          traffic.begin();
          scale(traffic, 5);
          loseAPod(traffic);
          evict(traffic);
          rollOut(traffic, watch, inside, this::upgrade, ClusterTest::upgraded);
          traffic.quiet();
          String former = secretsHash(chat.pods().getFirst());
          rollOut(
              traffic, watch, inside, () -> rotate(kafka), pod -> !secretsHash(pod).equals(former));
          edit(traffic, 2);
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

  /** The example, with what docs/security.md adds to it where Kafka has TLS and users. */
  private void apply(SecuredKafka kafka) throws IOException {
    secret("kafka-cluster-ca-cert", "ca.crt", kafka.authority());
    secret("chat", "password", "the first\n");
    String documented = Files.readString(SecuredKafka.SECURITY);
    int from = documented.indexOf("    bootstrapServers: kafka-bootstrap:9093");
    String secured = documented.substring(from, documented.indexOf("\n```", from));
    String example = Files.readString(Path.of("../docs/examples/studyhub.yaml"));
    assertThat(example).contains("    bootstrapServers: 127.0.0.1:9092");
    assertThat(secured).contains("scram-sha-512", "kafka-cluster-ca-cert");
    chat.feed(
        example
            .replace("    bootstrapServers: 127.0.0.1:9092", secured)
            .replace("kafka-bootstrap:9093", kafka.bootstrapServers()),
        "apply",
        "-f",
        "-");
    story.tell("docs/examples/studyhub.yaml is applied, and the Secrets that it names");
  }

  private void secret(String name, String key, String value) throws IOException {
    Path file = Files.writeString(folder.resolve(key), value);
    chat.kubectl("create", "secret", "generic", name, "--from-file=" + file);
  }

  private void awaitServed(int partitions) {
    chat.awaitServed(partitions);
    story.tell("%d partitions are served", partitions);
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
      await().atMost(Duration.ofSeconds(60)).until(pod::open);
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
          .isEqualTo(written.get(room).stream().mapToLong(Reception::fingerprint).toArray());
    }
    story.tell("ten messages came in their rooms' order to stock clients");
  }

  private void scale(Traffic traffic, int partitions) {
    rescale(
        traffic,
        partitions,
        () -> chat.kubectl("scale", "chatcluster/studyhub", "--replicas=" + partitions),
        "kubectl scale");
  }

  /** As with an editor; the line of the same words in the status is not looked at. */
  private void edit(Traffic traffic, int partitions) {
    String editor = "sed -i 's/^  partitions: .*/  partitions: %d/'".formatted(partitions);
    rescale(
        traffic,
        partitions,
        () ->
            Command.run(
                "env",
                "KUBE_EDITOR=" + editor,
                "kubectl",
                "-n",
                NAMESPACE,
                "edit",
                "chatcluster/studyhub"),
        "kubectl edit");
  }

  private void rescale(Traffic traffic, int partitions, Runnable ask, String how) {
    int stay = Math.min(partitions, served);
    List<String> staying = chat.uids(stay);
    ask.run();
    story.tell("asked for %d partitions with %s, under load", partitions, how);
    awaitServed(partitions);
    served = partitions;
    assertThat(chat.uids(stay)).as("pods that stay").isEqualTo(staying);
    traffic.goOn(60);
  }

  private void loseAPod(Traffic traffic) throws IOException {
    for (JsonNode pod : chat.pods().subList(0, 2)) {
      String name = pod.at("/metadata/name").asText();
      chat.kubectl("delete", "pod", name, "--grace-period=0", "--force");
      story.tell("deleted %s by force, under load", name);
      traffic.goOn(20);
    }
    awaitServed(5);
    traffic.goOn(60);
  }

  /** With one pod away the budget refuses the next. */
  private void evict(Traffic traffic) throws IOException {
    List<JsonNode> pods = chat.pods();
    String first = pods.getFirst().at("/metadata/name").asText();
    String second = pods.getLast().at("/metadata/name").asText();
    await()
        .atMost(Chat.PATIENCE)
        .ignoreException(IllegalStateException.class)
        .until(() -> !chat.evict(first).isEmpty());
    assertThatThrownBy(() -> chat.evict(second)).hasMessageContaining("disruption budget");
    story.tell("evicted %s, under load; the budget kept %s from it", first, second);
    awaitServed(5);
    traffic.goOn(20);
  }

  /** Something for which the operator replaces all pods; whoever connects meanwhile is let in. */
  private void rollOut(
      Traffic traffic,
      PodWatch watch,
      Inside inside,
      Runnable change,
      Predicate<JsonNode> renewed) {
    watch.fromNow(served);
    inside.fromNow();
    change.run();
    double changed = story.seconds();
    await().atMost(SECRETS).until(() -> watch.pods().stream().anyMatch(renewed));
    double seen = story.seconds() - changed;
    await()
        .atMost(Chat.PATIENCE)
        .until(() -> watch.pods().size() == served && watch.pods().stream().allMatch(renewed));
    awaitServed(served);
    traffic.goOn(60);
    story.tell(
        "all pods are new, the first %.0f s after it was asked for: %s",
        seen, watch.within(BUDGET));
    story.tell("%s", inside.noneRefused());
  }

  /** The same image by another name, which e2e/cluster.sh has loaded. */
  private void upgrade() {
    operator.podsOfTag("next");
    story.tell("helm upgrade to another image of the pods, under load");
  }

  private static boolean upgraded(JsonNode pod) {
    return pod.at("/spec/containers/0/image").asText().endsWith(":next");
  }

  private void rotate(SecuredKafka kafka) {
    kafka.changePassword("chat", "the second");
    chat.kubectl(
        "patch", "secret", "chat", "-p", "{\"stringData\": {\"password\": \"the second\"}}");
    story.tell("another password in Kafka and in the Secret, under load");
  }

  private static String secretsHash(JsonNode pod) {
    String hash = pod.at("/metadata/annotations/chatcluster.dev~1secrets-hash").asText();
    assertThat(hash).as("secrets-hash of %s", pod.at("/metadata/name").asText()).isNotEmpty();
    return hash;
  }

  private void uninstall(SecuredKafka kafka) throws Exception {
    chat.kubectl("delete", "chatcluster", "studyhub", "--timeout=60s");
    await().atMost(Chat.PATIENCE).until(() -> chat.pods().isEmpty());
    operator.uninstall();
    Command.run("kubectl", "get", "crd", "chatclusters.chatcluster.dev");
    try (Admin admin = kafka.admin()) {
      assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS))
          .contains("studyhub", "studyhub.control");
    }
    story.tell("uninstalled; the CRD, the topics and their messages are still there");
  }
}
