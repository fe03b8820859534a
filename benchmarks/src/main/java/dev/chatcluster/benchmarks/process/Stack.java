package dev.chatcluster.benchmarks.process;

import static java.lang.ProcessBuilder.Redirect.DISCARD;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * All that the quickstart starts: Kafka and a Kubernetes API in one process, the operator, and the
 * pods of its ChatCluster, whose rooms are numbers modulo the count.
 */
public final class Stack implements AutoCloseable {
  /** Partitions at the start. */
  public static final int PARTITIONS = 3;

  private static final String NAME = "studyhub";
  private static final Pattern READY = Pattern.compile("(ChatCluster is up after)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Folder folder = new Folder();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Child child;
  private final Properties ports = new Properties();
  private final Thread weights;

  /** Starts it and waits until everything is ready. */
  public Stack() throws IOException {
    Path state = folder.path().resolve("state");
    // As ./quickstart.sh starts it, which would build first.
    child =
        new Child(
            List.of(
                "-Xms64m",
                "-Xmx320m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseCompactObjectHeaders",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-jar",
                "quickstart/target/quickstart.jar",
                "--state",
                state.toString(),
                "--kafka-port",
                "0",
                "--api-port",
                "0",
                "--page-port",
                "0"),
            Map.of(),
            READY);
    try (Reader in = Files.newBufferedReader(state.resolve("ports.properties"))) {
      ports.load(in);
    }
    weights = Thread.ofPlatform().name("weights").start(this::lowerWeightOfNewPods);
  }

  /** The topic of the ChatCluster. */
  public Topic topic() {
    return new Topic("127.0.0.1:" + ports.getProperty("kafka"), NAME);
  }

  /** Asks for a number of partitions, as {@code kubectl scale} does. */
  public void scale(int partitions) throws IOException, InterruptedException {
    String body = "{\"spec\":{\"partitions\":%d}}".formatted(partitions);
    call(
        request("/apis/chatcluster.dev/v1/namespaces/default/chatclusters/" + NAME)
            .header("Content-Type", "application/merge-patch+json")
            .method("PATCH", HttpRequest.BodyPublishers.ofString(body)));
  }

  /** What the ChatCluster says about itself. */
  public JsonNode status() throws IOException, InterruptedException {
    return call(request("/apis/chatcluster.dev/v1/namespaces/default/chatclusters/" + NAME))
        .path("status");
  }

  /** Where clients reach the pod of a partition itself. */
  public URI url(int partition) throws IOException, InterruptedException {
    for (JsonNode pod : call(request("/api/v1/namespaces/default/pods")).path("items")) {
      if (pod.at("/metadata/labels").path("chatcluster.dev/partition").asInt(-1) != partition)
        continue;
      for (JsonNode port : pod.at("/spec/containers/0/ports"))
        if (port.path("name").asText().equals("client"))
          return URI.create("ws://127.0.0.1:" + port.path("hostPort").asInt() + "/ws");
    }
    throw new IllegalStateException("There is no pod of partition " + partition + ".");
  }

  /** The process of the pod of a partition. */
  public long pid(int partition) {
    return ProcessHandle.of(child.pid())
        .orElseThrow()
        .descendants()
        .filter(process -> environment(process).contains("CHAT_PARTITION=" + partition))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("No process is the pod of " + partition))
        .pid();
  }

  /**
   * Gives the pods of partitions that come after the start little weight, as a scheduler would:
   * their compilers would take the processors from all that is measured.
   */
  private void lowerWeightOfNewPods() {
    Set<Long> seen = new HashSet<>();
    try {
      while (true) {
        List<ProcessHandle> running =
            ProcessHandle.of(child.pid()).orElseThrow().descendants().toList();
        for (ProcessHandle each : running) {
          if (seen.add(each.pid()) && environment(each).stream().anyMatch(Stack::isNewPod)) {
            lowerWeight(each.pid());
          }
        }
        TimeUnit.MILLISECONDS.sleep(100);
      }
    } catch (InterruptedException end) {
      // Closed.
    }
  }

  /** What a thread starts later has its weight. */
  private static void lowerWeight(long pid) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("renice", "-n", "10", "-p"));
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      threads.forEach(thread -> command.add(thread.getFileName().toString()));
      Process renice = new ProcessBuilder(command).redirectOutput(DISCARD).start();
      renice.waitFor();
    } catch (IOException ended) {
      // Then it has no weight.
    }
  }

  private static boolean isNewPod(String variable) {
    String name = "CHAT_PARTITION=";
    return variable.startsWith(name)
        && Integer.parseInt(variable.substring(name.length())) >= PARTITIONS;
  }

  private static List<String> environment(ProcessHandle process) {
    try {
      return List.of(Files.readString(Path.of("/proc/" + process.pid() + "/environ")).split("\0"));
    } catch (IOException ended) {
      return List.of();
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + ports.getProperty("api") + path));
  }

  private JsonNode call(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2)
      throw new IOException("The API answers " + answer.statusCode() + ": " + answer.body());
    return JSON.readTree(answer.body());
  }

  @Override
  public void close() {
    weights.interrupt();
    List<ProcessHandle> started =
        ProcessHandle.of(child.pid()).stream().flatMap(ProcessHandle::descendants).toList();
    child.close();
    started.forEach(ProcessHandle::destroyForcibly);
    http.close();
    folder.close();
  }
}
