package dev.chatcluster.e2e.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Our own follower, light enough to have hundreds of. */
public final class LeanFollower implements Follower, StompConnection.Listener {
  private final String room;
  private final HttpClient http;
  private final Supplier<URI> pods;
  private final ScheduledExecutorService timer;
  private final Reception reception;
  private final CompletableFuture<Void> started = new CompletableFuture<>();
  private volatile boolean stopped;
  private volatile boolean resuming;
  private volatile StompConnection connection;

  /**
   * @param pods where to go when a connection has ended; asked each time
   * @param timer waits before reconnects; may have one thread, but then a slow connect delays
   *     others
   */
  public LeanFollower(
      String name,
      String room,
      HttpClient http,
      Supplier<URI> pods,
      ScheduledExecutorService timer) {
    this.room = room;
    this.http = http;
    this.pods = pods;
    this.timer = timer;
    reception = new Reception(name + " of room " + room);
  }

  @Override
  public CompletableFuture<Void> start(URI pod) {
    connect(pod);
    return started;
  }

  private void connect(URI pod) {
    if (stopped) return;
    try {
      String from = reception.lastId();
      StompConnection next = StompConnection.open(http, pod, this);
      connection = next;
      StompFrame subscribe =
          StompFrame.of(
              "SUBSCRIBE", "id", "sub-0", "destination", "/topic/" + room, "receipt", "subscribed");
      resuming = from != null;
      next.write(resuming ? subscribe.with("resume-from", from) : subscribe);
    } catch (IllegalStateException e) {
      later();
    }
  }

  @Override
  public void frame(StompFrame frame) {
    switch (frame.command()) {
      case "MESSAGE" ->
          reception.add(frame.header("message-id"), frame.header("prev"), frame.body());
      case "RECEIPT" -> {
        if (resuming && !"true".equals(frame.header("recovered")))
          reception.complain("not recovered: " + frame.headers());
        reception.startedAt(frame.header("position"));
        started.complete(null);
      }
      default -> reception.complain(frame.command() + ": " + frame.header("message"));
    }
  }

  @Override
  public void closed(int code, String reason) {
    if (stopped) return;
    reception.reconnected();
    later();
  }

  private void later() {
    try {
      int jitter = ThreadLocalRandom.current().nextInt(50, 400);
      timer.schedule(() -> connect(pods.get()), jitter, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      stopped = true;
    }
  }

  @Override
  public Reception reception() {
    return reception;
  }

  @Override
  public void close() {
    stopped = true;
    if (connection != null) connection.close();
  }
}
