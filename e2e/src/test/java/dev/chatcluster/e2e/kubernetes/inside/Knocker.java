package dev.chatcluster.e2e.kubernetes.inside;

import dev.chatcluster.e2e.client.StompConnection;
import dev.chatcluster.e2e.client.StompFrame;
import dev.chatcluster.e2e.kubernetes.inside.Sight.Tried;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Opens a new connection to a Service again and again, and counts those that are not taken. */
final class Knocker implements StompConnection.Listener {
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** On a busy machine an answer takes a while; whoever is sent to a pod that is gone gets none. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final HttpClient http;
  private final URI service;
  private int answered;
  private long slowest;
  private List<String> refused = new ArrayList<>();

  Knocker(HttpClient http, String service) {
    this.http = http;
    this.service = URI.create("ws://" + service + ":8080/ws");
  }

  void knock() {
    try {
      while (true) {
        long begun = System.nanoTime();
        try {
          StompConnection.open(http, service, this, PATIENCE).close();
          answered(begun);
        } catch (IllegalStateException e) {
          refused(e.getMessage());
        }
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void answered(long begun) {
    answered++;
    slowest = Math.max(slowest, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
  }

  private synchronized void refused(String why) {
    refused.add(Instant.now() + " " + why);
  }

  /** What became of the connections since it was asked before. */
  synchronized Tried tried() {
    Tried tried = new Tried(answered, slowest, refused);
    answered = 0;
    slowest = 0;
    refused = new ArrayList<>();
    return tried;
  }

  @Override
  public void frame(StompFrame frame) {}

  @Override
  public void closed(int code, String reason) {}
}
