package dev.chatcluster.e2e.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * A client that SENDs to one room, each message with a receipt, some of them under way at once.
 * What was under way when a connection ended is not sent again: it may be in the log or not.
 */
public final class RoomSender implements StompConnection.Listener, AutoCloseable {
  private static final int UNDER_WAY = 8;

  private final String room;
  private final HttpClient http;
  private final Supplier<URI> pods;
  private final ScheduledExecutorService timer;
  private final IntFunction<byte[]> message;
  private final List<Integer> acknowledged = new ArrayList<>();
  private final Set<Integer> unknown = new HashSet<>();
  private final Queue<Integer> underWay = new ArrayDeque<>();
  private final List<String> complaints = new ArrayList<>();
  private StompConnection connection;
  private int next;
  private boolean stopped;
  private int reconnects;

  /**
   * @param message the body of the nth message; each another one
   */
  public RoomSender(
      String room,
      HttpClient http,
      Supplier<URI> pods,
      ScheduledExecutorService timer,
      IntFunction<byte[]> message) {
    this.room = room;
    this.http = http;
    this.pods = pods;
    this.timer = timer;
    this.message = message;
  }

  /** Begins at {@code pod}, one message every {@code millis} unless too many are under way. */
  public void start(URI pod, int millis) {
    connect(pod);
    timer.scheduleWithFixedDelay(this::tick, millis, millis, TimeUnit.MILLISECONDS);
  }

  private void connect(URI pod) {
    synchronized (this) {
      if (stopped) return;
    }
    try {
      StompConnection opened = StompConnection.open(http, pod, this);
      synchronized (this) {
        connection = opened;
      }
    } catch (IllegalStateException e) {
      timer.schedule(() -> connect(pods.get()), 200, TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void tick() {
    if (stopped || connection == null || underWay.size() >= UNDER_WAY) return;
    int number = next++;
    underWay.add(number);
    connection.write(
        StompFrame.of(
                "SEND",
                "destination",
                "/app/" + room,
                "receipt",
                String.valueOf(number),
                "content-type",
                "application/json")
            .with(message.apply(number)));
  }

  @Override
  public synchronized void frame(StompFrame frame) {
    if (!frame.command().equals("RECEIPT")) {
      complaints.add(frame.command() + ": " + frame.header("message"));
      return;
    }
    int number = Integer.parseInt(frame.header("receipt-id"));
    if (!underWay.remove(number)) complaints.add("a receipt for what was not sent: " + number);
    acknowledged.add(number);
  }

  @Override
  public synchronized void closed(int code, String reason) {
    connection = null;
    unknown.addAll(underWay);
    underWay.clear();
    if (stopped) return;
    reconnects++;
    timer.schedule(() -> connect(pods.get()), 100, TimeUnit.MILLISECONDS);
  }

  /** Stops sending; what is under way may still be answered. */
  public synchronized void stop() {
    stopped = true;
  }

  /** Whether every message that was sent is answered, or its connection is gone. */
  public synchronized boolean settled() {
    return underWay.isEmpty();
  }

  /** Numbers of the messages whose receipt came, in the order of the receipts. */
  public synchronized List<Integer> acknowledged() {
    return List.copyOf(acknowledged);
  }

  /** Numbers of the messages that may be in the log or not. */
  public synchronized Set<Integer> unknown() {
    return Set.copyOf(unknown);
  }

  public synchronized List<String> complaints() {
    return List.copyOf(complaints);
  }

  public synchronized int reconnects() {
    return reconnects;
  }

  public String room() {
    return room;
  }

  @Override
  public synchronized void close() {
    stopped = true;
    if (connection != null) connection.close();
  }
}
