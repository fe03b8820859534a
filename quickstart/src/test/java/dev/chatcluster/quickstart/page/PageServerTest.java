package dev.chatcluster.quickstart.page;

import static dev.chatcluster.quickstart.Fixtures.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.Fixtures;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.Refused;
import dev.chatcluster.quickstart.objects.ResourceType;
import dev.chatcluster.quickstart.objects.Resources;
import dev.chatcluster.quickstart.objects.WriteOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PageServerTest {
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private Resources resources;
  private PageServer page;
  private HttpClient http;

  private final class Asked implements PageServer.Actions {
    @Override
    public void kill(String namespace, String pod) {
      asked.add("kill " + namespace + "/" + pod);
    }

    @Override
    public void scale(String namespace, String cluster, int partitions) {
      if (partitions < 1) {
        throw Refused.badRequest("spec.partitions must be at least 1");
      }
      asked.add("scale " + namespace + "/" + cluster + " to " + partitions);
    }
  }

  @BeforeEach
  void start() throws IOException {
    resources = Fixtures.cluster();
    page =
        PageServer.start(
            resources.store(),
            new Asked(),
            Path.of("../docs/examples/resuming-client.js"),
            new Commands("kubectl", "produce"),
            0);
    http = HttpClient.newHttpClient();
  }

  @AfterEach
  void stop() {
    http.close();
    page.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + page.port() + path));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void servesThePageAndItsStompClientWithoutAnyOtherSite() throws Exception {
    HttpResponse<String> index = get("/");
    assertThat(index.statusCode()).isEqualTo(200);
    assertThat(index.body()).contains("./stompjs/index.js").doesNotContain("https://");
    assertThat(get("/stompjs/index.js").body()).contains("./client.js");
    assertThat(get("/stompjs/client.js").body()).contains("class Client");
    assertThat(get("/stompjs/../package.json").statusCode()).isEqualTo(404);
    assertThat(get("/resuming-client.js").body()).contains("class ResumingClient");
    assertThat(get("/page.js").statusCode()).isEqualTo(200);
    assertThat(get("/message.js").body()).contains("function message");
    assertThat(get("/page.css").statusCode()).isEqualTo(200);
    assertThat(get("/../pom.xml").statusCode()).isEqualTo(404);
  }

  @Test
  void isNotServedUnderAnotherSitesName() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), page.port())) {
      String request = "GET /state HTTP/1.1\r\nHost: elsewhere.test:8080\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      assertThat(answer.readLine()).startsWith("HTTP/1.1 403");
    }
  }

  @Test
  void tellsTheStateAndEachChange() throws Exception {
    HttpResponse<InputStream> response =
        http.send(request("/state").build(), HttpResponse.BodyHandlers.ofInputStream());
    try (BufferedReader events =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      assertThat(next(events).path("clusters")).isEmpty();
      ResourceType type = resources.types().byId("chatclusters.chatcluster.dev").orElseThrow();
      resources.create(
          type,
          "default",
          yaml("{metadata: {name: a}, spec: {partitions: 2, kafka: {bootstrapServers: 'k:1'}}}"),
          WriteOptions.plain());
      ObjectNode state = next(events);
      assertThat(Json.text(state, "/clusters/0/name")).isEqualTo("a");
      assertThat(state.at("/clusters/0/asked").asInt()).isEqualTo(2);
      assertThat(Json.text(state, "/kubectl")).isEqualTo("kubectl");
    }
  }

  private static ObjectNode next(BufferedReader events) throws IOException {
    String line = events.readLine();
    while (!line.startsWith("data: ")) {
      line = events.readLine();
    }
    return yaml(line.substring("data: ".length()));
  }

  private HttpResponse<String> post(String path, String origin) throws Exception {
    HttpRequest.Builder post = request(path).POST(HttpRequest.BodyPublishers.noBody());
    if (origin != null) {
      post.header("Origin", origin);
    }
    return http.send(post.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void killsAndScalesForItsOwnPageOnly() throws Exception {
    String own = "http://localhost:" + page.port();
    for (String action : List.of("/pods/default/p/kill", "/clusters/default/a/partitions/8")) {
      assertThat(post(action, null).statusCode()).isEqualTo(405);
      assertThat(post(action, "http://evil.example").statusCode()).isEqualTo(405);
      assertThat(asked).isEmpty();
    }
    assertThat(post("/pods/default/p/kill", own).statusCode()).isEqualTo(204);
    assertThat(post("/clusters/default/a/partitions/8", own).statusCode()).isEqualTo(204);
    assertThat(asked).containsExactly("kill default/p", "scale default/a to 8");
  }

  @Test
  void saysWhyACountIsRefused() throws Exception {
    String own = "http://localhost:" + page.port();
    HttpResponse<String> none = post("/clusters/default/a/partitions/0", own);
    assertThat(none.statusCode()).isEqualTo(400);
    assertThat(none.body()).isEqualTo("spec.partitions must be at least 1\n");
    assertThat(post("/clusters/default/a/partitions/some", own).statusCode()).isEqualTo(400);
    assertThat(asked).isEmpty();
  }
}
