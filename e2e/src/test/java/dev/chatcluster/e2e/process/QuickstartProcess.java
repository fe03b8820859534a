package dev.chatcluster.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The quickstart as a user starts it, on free ports, with the ChatCluster studyhub. */
public final class QuickstartProcess implements AutoCloseable {
  private static final Path JAR = Path.of("../quickstart/target/quickstart.jar").toAbsolutePath();
  private static final String CLUSTER =
      "/apis/chatcluster.dev/v1/namespaces/default/chatclusters/studyhub";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Path state;
  private final Path out;
  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * A consumer pod.
   *
   * @param webSocket where STOMP clients connect to it and no other
   */
  public record Pod(String uid, int partition, boolean ready, int restarts, URI webSocket) {}

  private QuickstartProcess(Process process, Path state, Path out) {
    this.process = process;
    this.state = state;
    this.out = out;
  }

  /** Starts it and waits until everything is ready; {@code folder} takes all it writes. */
  public static QuickstartProcess start(Path folder) throws IOException {
    if (!Files.exists(JAR))
      throw new IllegalStateException(
          JAR.normalize() + " is missing: run `mvn -pl quickstart -am package` first.");
    Path state = folder.resolve("state");
    Path out = folder.resolve("out");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx320m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-jar", JAR.toString(), "--state", state.toString()));
    for (String port : List.of("--kafka-port", "--api-port", "--page-port"))
      command.addAll(List.of(port, "0"));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    QuickstartProcess started = new QuickstartProcess(process, state, out);
    await()
        .atMost(Duration.ofSeconds(120))
        .until(() -> started.output().contains("ChatCluster is up") || !process.isAlive());
    assertThat(started.output())
        .contains("ChatCluster is up after")
        .doesNotContain("Not everything");
    return started;
  }

  private String output() throws IOException {
    return Files.readString(out);
  }

  private String printed(String pattern) {
    try {
      Matcher found = Pattern.compile(pattern).matcher(output());
      assertThat(found.find()).as(pattern).isTrue();
      return found.group(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String bootstrapServers() {
    return printed("Kafka +(127\\.0\\.0\\.1:\\d+)");
  }

  /** The client Service. */
  public URI webSocket() {
    return URI.create(printed("(ws://127\\.0\\.0\\.1:\\d+/ws)"));
  }

  /** The ChatCluster as it is now. */
  public JsonNode cluster() {
    return get(CLUSTER);
  }

  /** The consumer pods, those that end included, by partition. */
  public List<Pod> pods() {
    List<Pod> pods = new ArrayList<>();
    for (JsonNode pod : get("/api/v1/namespaces/default/pods").path("items")) {
      JsonNode status = pod.at("/status/containerStatuses/0");
      int port = 0;
      for (JsonNode each : pod.at("/spec/containers/0/ports"))
        if (each.path("name").asText().equals("client")) port = each.path("hostPort").asInt();
      pods.add(
          new Pod(
              pod.at("/metadata/uid").asText(),
              pod.at("/metadata/labels").path("chatcluster.dev/partition").asInt(),
              status.path("ready").asBoolean() && !pod.at("/metadata").has("deletionTimestamp"),
              status.path("restartCount").asInt(),
              URI.create("ws://127.0.0.1:" + port + "/ws")));
    }
    pods.sort(Comparator.comparing(Pod::partition));
    return pods;
  }

  private String url(String path) {
    return printed("Kubernetes +(http://127\\.0\\.0\\.1:\\d+)") + path;
  }

  private JsonNode get(String path) {
    return send(HttpRequest.newBuilder(URI.create(url(path))).build());
  }

  private JsonNode send(HttpRequest request) {
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * {@code kubectl scale}, or the request that it makes where there is no kubectl.
   *
   * @return what was done, for people
   */
  public String scale(int partitions) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kubectl", "--kubeconfig"));
    command.add(state.resolve("kubeconfig").toString());
    command.addAll(List.of("scale", "chatcluster/studyhub", "--replicas=" + partitions));
    try {
      Process kubectl = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(kubectl.getInputStream().readAllBytes());
      assertThat(kubectl.waitFor()).as(said).isZero();
      return "kubectl scale chatcluster/studyhub --replicas=" + partitions + ": " + said.trim();
    } catch (IOException absent) {
      HttpRequest patch =
          HttpRequest.newBuilder(URI.create(url(CLUSTER + "/scale")))
              .header("Content-Type", "application/merge-patch+json")
              .method(
                  "PATCH",
                  HttpRequest.BodyPublishers.ofString(
                      "{\"spec\":{\"replicas\":" + partitions + "}}"))
              .build();
      return "PATCH .../chatclusters/studyhub/scale: " + send(patch).path("spec");
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
    http.shutdownNow();
  }
}
