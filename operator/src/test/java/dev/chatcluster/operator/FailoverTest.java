package dev.chatcluster.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.kafka.EmbeddedKafka;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two operators as the processes that they are in production, on one API. */
@Tag("slow")
@Timeout(value = 400, unit = TimeUnit.SECONDS)
class FailoverTest {
  @TempDir Path folder;

  @Test
  void onlyTheLeaderWorksAndTheOtherFollowsWhenItIsKilledOrStopped() throws Exception {
    try (MockApi api = new MockApi();
        EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        OperatorPod a = new OperatorPod("a", api)) {
      a.awaitMetric("chat_operator_leader", "1.0");
      try (OperatorPod b = new OperatorPod("b", api)) {
        b.awaitStandby();
        api.client().resource(World.cluster("studyhub", 1, kafka.bootstrapServers())).create();
        awaitService(api, "studyhub-clients");
        a.awaitMetric("chat_operator_chatclusters{ready=\"false\"}", "1.0");
        assertThat(b.get("/health/live")).startsWith("200");
        assertThat(b.get("/metrics"))
            .contains("chat_operator_leader 0.0", "chat_operator_chatclusters{ready=\"false\"} 0.0")
            .doesNotContain("operator_sdk_reconciliations_started");

        a.process.destroyForcibly();
        // Within 20 s on a machine at rest: MoveTest adds up the times that make it so.
        awaitHolder(api, "b");
        b.awaitMetric("chat_operator_leader", "1.0");
        service(api, "studyhub-clients").delete();
        awaitService(api, "studyhub-clients");

        try (OperatorPod c = new OperatorPod("c", api)) {
          c.awaitStandby();
          try (Holders holders = new Holders(api)) {
            b.process.destroy();
            assertThat(b.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            await().until(() -> holders.seen.contains("c"));
            assertThat(holders.seen).as("it gave the Lease back").containsSequence("", "c");
          }
          c.awaitMetric("chat_operator_leader", "1.0");
          assertThat(b.log()).contains("chat-operator stopped");

          lease(api)
              .edit(
                  l -> {
                    l.getSpec().setHolderIdentity("somebody");
                    return l;
                  });
          assertThat(c.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
          assertThat(c.process.exitValue()).isEqualTo(1);
          assertThat(c.log())
              .contains("chat-operator ends: it does not lead any more", "that of somebody now");
        }
      }
    }
  }

  @Test
  void aStandbyStopsWhenToldAndLeavesTheLeaseAlone() throws Exception {
    try (MockApi api = new MockApi();
        OperatorPod a = new OperatorPod("a", api)) {
      a.awaitMetric("chat_operator_leader", "1.0");
      try (OperatorPod b = new OperatorPod("b", api)) {
        b.awaitStandby();
        b.process.destroy();
        assertThat(b.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(b.log()).contains("chat-operator stopped");
        assertThat(lease(api).get().getSpec().getHolderIdentity()).isEqualTo("a");
      }
    }
  }

  private static Resource<Service> service(MockApi api, String name) {
    return api.client().services().inNamespace(World.NAMESPACE).withName(name);
  }

  private static void awaitService(MockApi api, String name) {
    await().until(() -> service(api, name).get() != null);
  }

  private static void awaitHolder(MockApi api, String name) {
    await().until(() -> name.equals(lease(api).get().getSpec().getHolderIdentity()));
  }

  private static Resource<Lease> lease(MockApi api) {
    return api.client().leases().inNamespace("chats").withName("chat-operator");
  }

  /** Whoever held the Lease, one after the other. */
  private static final class Holders implements Watcher<Lease>, AutoCloseable {
    final List<String> seen = new CopyOnWriteArrayList<>();
    private final Watch watch;

    Holders(MockApi api) {
      watch = lease(api).watch(this);
    }

    @Override
    public void eventReceived(Action action, Lease lease) {
      String holder = lease.getSpec().getHolderIdentity();
      if (seen.isEmpty() || !seen.getLast().equals(holder)) seen.add(holder);
    }

    @Override
    public void onClose(WatcherException cause) {
      // What it has not seen is missing in the assertion.
    }

    @Override
    public void close() {
      watch.close();
    }
  }

  /** A process with the environment of a pod. */
  private final class OperatorPod implements AutoCloseable {
    private static final Pattern READY =
        Pattern.compile("chat-operator ready .*managementPort=(\\d+)");

    private final Path log;
    private final HttpClient http = HttpClient.newHttpClient();
    final Process process;

    OperatorPod(String name, MockApi api) throws IOException {
      log = folder.resolve(name + ".log");
      Path kubeconfig = folder.resolve("kubeconfig");
      Files.writeString(
          kubeconfig,
          """
          apiVersion: v1
          kind: Config
          clusters: [{name: c, cluster: {server: "%s"}}]
          users: [{name: u, user: {token: t}}]
          contexts: [{name: x, context: {cluster: c, user: u}}]
          current-context: x
          """
              .formatted(api.client().getMasterUrl()));
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  "dev.chatcluster.operator.Main")
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      var environment = builder.environment();
      environment.keySet().removeIf(variable -> variable.startsWith("CHAT_"));
      environment.put("KUBECONFIG", kubeconfig.toString());
      environment.put("CHAT_OPERATOR_BIND_ADDRESS", "127.0.0.1");
      environment.put("CHAT_OPERATOR_MANAGEMENT_PORT", "0");
      environment.put("CHAT_OPERATOR_LEADER_ELECTION", "true");
      environment.put("CHAT_OPERATOR_POD_NAMESPACE", "chats");
      environment.put("CHAT_OPERATOR_POD_NAME", name);
      process = builder.start();
    }

    String log() throws IOException {
      return Files.readString(log);
    }

    void awaitStandby() {
      await().untilAsserted(() -> assertThat(log()).contains("standing by: "));
      await().untilAsserted(() -> assertThat(get("/health/ready")).startsWith("200"));
    }

    void awaitMetric(String name, String value) {
      await()
          .pollInterval(Duration.ofMillis(200))
          .ignoreExceptionsInstanceOf(IOException.class)
          .untilAsserted(() -> assertThat(get("/metrics")).contains(name + " " + value));
    }

    String get(String path) throws IOException, InterruptedException {
      assertThat(process.isAlive()).as(log()).isTrue();
      var port = READY.matcher(log());
      if (!port.find()) return "not started";
      URI uri = URI.create("http://127.0.0.1:" + port.group(1) + path);
      var answer = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    }

    @Override
    public void close() {
      process.destroyForcibly();
      http.close();
    }
  }
}
