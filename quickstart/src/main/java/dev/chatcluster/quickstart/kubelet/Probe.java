package dev.chatcluster.quickstart.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** An HTTP probe of one container: when it is due, and what its last answers amount to. */
final class Probe {
  private final String url;
  private final int timeoutMillis;
  private final long periodMillis;
  private final int successThreshold;
  private final int failureThreshold;
  private long nextMillis;
  private int successes;
  private int failures;
  private String lastFailure = "";

  private Probe(JsonNode spec, int port, long nowMillis) {
    url = "http://127.0.0.1:" + port + spec.at("/httpGet/path").asText("/");
    timeoutMillis = spec.path("timeoutSeconds").asInt(1) * 1000;
    periodMillis = spec.path("periodSeconds").asLong(10) * 1000;
    successThreshold = spec.path("successThreshold").asInt(1);
    failureThreshold = spec.path("failureThreshold").asInt(3);
    nextMillis = nowMillis + spec.path("initialDelaySeconds").asLong() * 1000;
  }

  /**
   * A probe as a container declares it; empty when it declares none over HTTP.
   *
   * @param port finds the port of this machine for a port's name or number
   */
  static Optional<Probe> of(JsonNode spec, ToIntFunction<JsonNode> port, long nowMillis) {
    return spec.has("httpGet")
        ? Optional.of(new Probe(spec, port.applyAsInt(spec.at("/httpGet/port")), nowMillis))
        : Optional.empty();
  }

  /**
   * Asks, if it is time to.
   *
   * @return what is now certain: true or false once a threshold is reached, empty before
   */
  Optional<Boolean> ask(long nowMillis) {
    if (nowMillis < nextMillis) {
      return Optional.empty();
    }
    nextMillis = nowMillis + periodMillis;
    return count(answers());
  }

  /** Counts one answer. */
  Optional<Boolean> count(boolean success) {
    successes = success ? successes + 1 : 0;
    failures = success ? 0 : failures + 1;
    if (successes >= successThreshold) {
      return Optional.of(true);
    }
    return failures >= failureThreshold ? Optional.of(false) : Optional.empty();
  }

  String lastFailure() {
    return lastFailure;
  }

  private boolean answers() {
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      connection.setConnectTimeout(timeoutMillis);
      connection.setReadTimeout(timeoutMillis);
      connection.setInstanceFollowRedirects(false);
      int code = connection.getResponseCode();
      connection.disconnect();
      lastFailure = "HTTP probe failed with statuscode: " + code;
      return code >= 200 && code < 400;
    } catch (IOException e) {
      lastFailure = "Get \"" + url + "\": " + e.getMessage();
      return false;
    }
  }
}
