package dev.chatcluster.quickstart;

import static dev.chatcluster.quickstart.Fixtures.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatcluster.quickstart.kubelet.Launcher;
import dev.chatcluster.quickstart.objects.Json;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole of it, as the process that a user starts. */
@Tag("slow")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class QuickstartTest {
  private static final Path JAR = Path.of("target/quickstart.jar").toAbsolutePath();

  @TempDir Path folder;
  private final List<Process> started = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void killWhatIsLeft() throws InterruptedException {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    http.close();
  }

  private Path state() {
    return folder.resolve("state");
  }

  private Process start(String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Launcher.java(),
                "-Xmx320m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                JAR.toString()));
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out" + started.size()).toFile())
            .start();
    started.add(process);
    return process;
  }

  private Process startAll() throws IOException {
    Process process =
        start(
            "--state",
            state().toString(),
            "--kafka-port",
            "0",
            "--api-port",
            "0",
            "--page-port",
            "0");
    await()
        .atMost(Duration.ofSeconds(120))
        .until(() -> output().contains("ChatCluster is up after") || !process.isAlive());
    assertThat(output()).contains("ChatCluster is up after").doesNotContain("Not everything");
    return process;
  }

  /** Of the newest process. */
  private String output() throws IOException {
    return Files.readString(folder.resolve("out" + (started.size() - 1)));
  }

  private int port(String pattern) throws IOException {
    Matcher m = Pattern.compile(pattern).matcher(output());
    assertThat(m.find()).as(pattern).isTrue();
    return Integer.parseInt(m.group(1));
  }

  private JsonNode api(String path) throws IOException, InterruptedException {
    String url = "http://127.0.0.1:" + port("Kubernetes +http://127.0.0.1:(\\d+)") + path;
    return yaml(
        http.send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.ofString())
            .body());
  }

  private List<JsonNode> pods() throws IOException, InterruptedException {
    JsonNode items = api("/api/v1/namespaces/default/pods").path("items");
    return StreamSupport.stream(items.spliterator(), false).toList();
  }

  private static List<ProcessHandle> consumers(Process quickstart) {
    return quickstart
        .descendants()
        .filter(p -> p.info().commandLine().orElse("").contains("chat-consumer.jar"))
        .toList();
  }

  @Test
  void carriesMessagesRestartsAKilledPodAndGoesOnWithItsDataAfterARestart() throws Exception {
    Process quickstart = startAll();
    int clients = port("ws://127.0.0.1:(\\d+)/ws");
    try (StompProbe probe = StompProbe.connect(clients, "1")) {
      Produce.run(List.of("--state", state().toString(), "--room", "1", "--text", "hello"));
      assertThat(probe.nextBody()).contains("\"message\":\"hello\"").contains("\"roomId\":1");
    }
    List<String> names = pods().stream().map(Json::name).toList();
    assertThat(names).hasSize(3);
    assertThat(consumers(quickstart)).hasSize(3);

    consumers(quickstart).getFirst().destroyForcibly();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                pods().stream()
                    .anyMatch(
                        pod ->
                            pod.at("/status/containerStatuses/0/restartCount").asInt() == 1
                                && pod.at("/status/containerStatuses/0/ready").asBoolean()));

    Process second = start("--state", state().toString());
    assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(second.exitValue()).isEqualTo(1);
    assertThat(output()).contains("A quickstart runs already on the folder");
    started.removeLast();

    List<ProcessHandle> children = quickstart.descendants().toList();
    assertThat(children).hasSize(4);
    quickstart.destroy();
    assertThat(quickstart.waitFor(40, TimeUnit.SECONDS)).isTrue();
    assertThat(children).noneMatch(ProcessHandle::isAlive);

    startAll();
    assertThat(pods().stream().map(Json::name)).containsExactlyElementsOf(names);
    assertThat(port("ws://127.0.0.1:(\\d+)/ws")).isEqualTo(clients);
    JsonNode cluster = api("/apis/chatcluster.dev/v1/namespaces/default/chatclusters/studyhub");
    assertThat(Cluster.readiness(cluster))
        .hasValueSatisfying(c -> assertThat(Json.text(c, "/status")).isEqualTo("True"));
    try (StompProbe probe = StompProbe.connect(clients, "1")) {
      Produce.run(List.of("--state", state().toString(), "--room", "1", "--text", "again"));
      assertThat(probe.nextBody()).contains("\"message\":\"again\"");
    }
  }

  @Test
  void leavesNoProcessBehindWhenItIsKilled() throws Exception {
    Process quickstart = startAll();
    List<ProcessHandle> children = quickstart.descendants().toList();
    assertThat(children).hasSize(4);
    quickstart.destroyForcibly().waitFor();
    boolean linux = System.getProperty("os.name").equals("Linux");
    if (!linux) {
      // There the next start does it.
      new Launcher(state().resolve("processes")).close();
    }
    await().untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void saysInOneSentenceWhatTheUserHasToChange() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      String port = String.valueOf(taken.getLocalPort());
      assertSentence("Port " + port, "--state", state().toString(), "--page-port", port);
    }
    Path file = Files.createFile(folder.resolve("file"));
    assertSentence("cannot be written", "--state", file.resolve("below").toString());
    assertSentence("--kafka-port must be a port", "--kafka-port", "many");
    assertSentence("There is no option --nonsense", "--nonsense", "1");
    assertSentence("No quickstart has run", "produce", "--room", "1", "--state", state() + "x");
  }

  private void assertSentence(String beginning, String... options) throws Exception {
    Process process = start(options);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    List<String> lines =
        output().lines().filter(line -> !line.startsWith("Starting ChatCluster")).toList();
    assertThat(lines).singleElement().asString().contains(beginning).endsWith(".");
  }

  @Test
  void refusesACountThatIsNoNumber() {
    assertThatThrownBy(() -> Produce.run(List.of("--room", "1", "--count", "some")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--count");
  }
}
