package dev.chatcluster.quickstart.page;

import static dev.chatcluster.quickstart.Fixtures.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.Fixtures;
import dev.chatcluster.quickstart.objects.Json;
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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PageServerTest {
  private final List<String> killed = new CopyOnWriteArrayList<>();
  private Resources resources;
  private PageServer page;
  private HttpClient http;

  @BeforeEach
  void start() throws IOException {
    resources = Fixtures.cluster();
    page =
        PageServer.start(
            resources.store(),
            (namespace, pod) -> killed.add(namespace + "/" + pod),
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
    assertThat(index.body()).contains("stomp.js").doesNotContain("https://");
    assertThat(get("/stomp.js").body()).contains("StompJs");
    assertThat(get("/page.js").statusCode()).isEqualTo(200);
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

  @Test
  void killsAPodForItsOwnPageOnly() throws Exception {
    HttpRequest.Builder kill =
        request("/pods/default/p/kill").POST(HttpRequest.BodyPublishers.noBody());
    assertThat(http.send(kill.build(), HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(405);
    HttpRequest foreign = kill.copy().header("Origin", "http://evil.example").build();
    assertThat(http.send(foreign, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(405);
    assertThat(killed).isEmpty();
    HttpRequest own = kill.copy().header("Origin", "http://localhost:" + page.port()).build();
    assertThat(http.send(own, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(204);
    assertThat(killed).containsExactly("default/p");
  }
}
