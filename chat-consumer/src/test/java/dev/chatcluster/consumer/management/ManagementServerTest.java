package dev.chatcluster.consumer.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ManagementServerTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final AtomicReference<Readiness> readiness =
      new AtomicReference<>(new Readiness.NotReady("partition 1 is read up to offset 5 of 9"));
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private ManagementServer server;

  @BeforeEach
  void start() throws IOException {
    server = ManagementServer.start("127.0.0.1", 0, readiness::get, registry);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    return HTTP.send(
        HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void isAliveWhetherReadyOrNot() throws Exception {
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  @Tag("slow")
  void requestsThatAreNeverSentWholeKeepNobodyFromAProbeAndAreCutOff() throws Exception {
    List<Socket> halves = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        Socket half = new Socket("127.0.0.1", server.port());
        halves.add(half);
        half.setSoTimeout(60_000);
        half.getOutputStream().write("GET /health/live HT".getBytes(StandardCharsets.US_ASCII));
      }
      assertThat(get("/health/live").statusCode()).isEqualTo(200);
      for (Socket half : halves) {
        assertThat(half.getInputStream().read()).isEqualTo(-1);
      }
    } finally {
      for (Socket half : halves) {
        half.close();
      }
    }
  }

  @Test
  void saysWhyItIsNotReady() throws Exception {
    HttpResponse<String> not = get("/health/ready");
    assertThat(not.statusCode()).isEqualTo(503);
    assertThat(not.body()).isEqualTo("not ready: partition 1 is read up to offset 5 of 9\n");
    readiness.set(new Readiness.Ready());
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void showsItsMetersToPrometheus() throws Exception {
    registry.counter("chat.deliveries").increment(3);
    HttpResponse<String> metrics = get("/metrics");
    assertThat(metrics.body()).contains("chat_deliveries_total 3.0");
    assertThat(metrics.headers().firstValue("content-type").orElseThrow())
        .startsWith("text/plain; version=0.0.4");
  }

  @Test
  void saysWhatIsServedWhereNothingIs() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(get("/").body()).contains("/health/ready");
  }

  @Test
  void saysWhichPortCannotBeBound() {
    assertThatThrownBy(
            () -> ManagementServer.start("127.0.0.1", server.port(), readiness::get, registry))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot listen for management on 127.0.0.1:" + server.port());
  }
}
