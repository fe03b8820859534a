package dev.chatcluster.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The operator as the process that it is in production. */
@Tag("slow")
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class MainTest {
  @TempDir Path folder;

  private Process start(Map<String, String> environment) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.chatcluster.operator.Main")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("CHAT_"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  private String log() throws Exception {
    return Files.readString(folder.resolve("log"));
  }

  private Map<String, String> kubeconfig(String url) throws Exception {
    Path file = folder.resolve("kubeconfig");
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "%s"}}]
        users: [{name: u, user: {token: t}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """
            .formatted(url));
    Map<String, String> environment = new HashMap<>();
    environment.put("KUBECONFIG", file.toString());
    environment.put("CHAT_OPERATOR_BIND_ADDRESS", "127.0.0.1");
    environment.put("CHAT_OPERATOR_MANAGEMENT_PORT", "0");
    return environment;
  }

  @Test
  void isReadyTellsItsMetricsAndStopsWhenTold() throws Exception {
    try (MockApi api = new MockApi()) {
      Process process = start(kubeconfig(api.client().getMasterUrl().toString()));
      try {
        Matcher ready = Pattern.compile("chat-operator ready .*managementPort=(\\d+)").matcher("");
        while (!ready.reset(log()).find()) {
          assertThat(process.isAlive()).as(log()).isTrue();
          TimeUnit.MILLISECONDS.sleep(50);
        }
        String url = "http://localhost:" + ready.group(1);
        assertThat(get(url + "/health/ready")).startsWith("200");
        assertThat(get(url + "/health/live")).startsWith("200");
        assertThat(get(url + "/metrics")).startsWith("200").contains("jvm_memory_used_bytes");
        process.destroy();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(log()).contains("chat-operator stopped");
      } finally {
        process.destroyForcibly();
      }
    }
  }

  @Test
  void saysEveryErrorOfItsEnvironmentAndExits() throws Exception {
    Process process =
        start(Map.of("CHAT_OPERATOR_LOG_LEVEL", "loud", "CHAT_OPERATOR_RESYNC_SECONDS", "soon"));
    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(log())
        .contains("CHAT_OPERATOR_LOG_LEVEL is \"loud\"", "CHAT_OPERATOR_RESYNC_SECONDS");
    assertThat(log()).doesNotContain("Exception");
  }

  @Test
  void saysInOneSentenceThatThereIsNoApiServer() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    Process process = start(kubeconfig("http://127.0.0.1:" + free));
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(log())
        .contains("chat-operator cannot start: the Kubernetes API at http://127.0.0.1:" + free)
        .contains("does not answer (nothing listens there)")
        .doesNotContain("\tat ");
  }

  private static String get(String url) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      var answer =
          http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    }
  }
}
