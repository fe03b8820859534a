package dev.chatcluster.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A ChatCluster and its pods, as kubectl shows them. */
final class Chat {
  static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String namespace;
  private final String name;

  Chat(String namespace, String name) {
    this.namespace = namespace;
    this.name = name;
  }

  /** kubectl in its namespace. */
  String kubectl(String... words) {
    return Command.run(inNamespace(words));
  }

  /** The same with something on its standard input. */
  String feed(String input, String... words) {
    return Command.feed(input, inNamespace(words));
  }

  private String[] inNamespace(String... words) {
    List<String> all = new ArrayList<>(List.of("kubectl", "-n", namespace));
    all.addAll(List.of(words));
    return all.toArray(String[]::new);
  }

  /** Waits until so many partitions are served, by one pod each. */
  void awaitServed(int partitions) {
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
  }

  private JsonNode status() throws IOException {
    return JSON.readTree(kubectl("get", "chatcluster", name, "-o", "json")).path("status");
  }

  /** The status of a condition; empty when there is none of that type. */
  static String condition(JsonNode status, String type) {
    for (JsonNode each : status.path("conditions")) {
      if (each.path("type").asText().equals(type)) return each.path("status").asText();
    }
    return "";
  }

  List<JsonNode> pods() throws IOException {
    JsonNode all =
        JSON.readTree(
            kubectl("get", "pods", "-l", "chatcluster.dev/cluster=" + name, "-o", "json"));
    List<JsonNode> pods = new ArrayList<>();
    all.path("items").forEach(pods::add);
    return pods;
  }

  /** Those of the pods of the first so many partitions. */
  List<String> uids(int partitions) {
    return IntStream.range(0, partitions)
        .mapToObj(
            p ->
                kubectl(
                    "get",
                    "pods",
                    "-l",
                    "chatcluster.dev/cluster=" + name + ",chatcluster.dev/partition=" + p,
                    "-o",
                    "jsonpath={.items[*].metadata.uid}"))
        .toList();
  }

  /** As {@code kubectl drain} asks for it. */
  String evict(String pod) {
    return feed(
        """
        {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "%s", "namespace": "%s"}}
        """
            .formatted(pod, namespace),
        "create",
        "--raw",
        "/api/v1/namespaces/" + namespace + "/pods/" + pod + "/eviction",
        "-f",
        "-");
  }
}
