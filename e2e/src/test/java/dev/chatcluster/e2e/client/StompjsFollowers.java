package dev.chatcluster.e2e.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatcluster.e2e.process.Node;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Followers on stompjs, all in one Node process. */
public final class StompjsFollowers implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process node;
  private final PrintStream orders;
  private final Map<String, One> followers = new ConcurrentHashMap<>();

  /** Starts Node; skips the test that calls it when there is none. */
  public StompjsFollowers() {
    node = Node.start("follow", Map.of(), List.of("follow.mjs"));
    orders = new PrintStream(node.getOutputStream(), true, StandardCharsets.UTF_8);
    Thread.ofVirtual().start(this::read);
  }

  /** Another follower. */
  public Follower follower(String name, String room) {
    One follower = new One(name + "-" + room, room);
    followers.put(follower.name, follower);
    return follower;
  }

  /** Where followers go from now on when their connections end. */
  public void pods(List<URI> pods) {
    order(Map.of("pods", pods.stream().map(URI::toString).toList()));
  }

  private void order(Map<String, ?> order) {
    try {
      String line = JSON.writeValueAsString(order);
      synchronized (orders) {
        orders.println(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader lines = node.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode said = JSON.readTree(line);
        followers.get(said.get("name").textValue()).take(said);
      }
    } catch (IOException e) {
      followers.values().forEach(each -> each.reception.complain("Node's output ended: " + e));
    }
  }

  @Override
  public void close() {
    order(Map.of("done", true));
    try {
      if (!node.waitFor(5, TimeUnit.SECONDS)) node.destroyForcibly();
    } catch (InterruptedException e) {
      node.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private final class One implements Follower {
    private final String name;
    private final String room;
    private final Reception reception;
    private final CompletableFuture<Void> started = new CompletableFuture<>();

    One(String name, String room) {
      this.name = name;
      this.room = room;
      reception = new Reception(name + " of room " + room);
    }

    @Override
    public CompletableFuture<Void> start(URI pod) {
      order(Map.of("name", name, "room", room, "url", pod.toString()));
      return started;
    }

    private void take(JsonNode said) {
      if (said.has("started")) started.complete(null);
      else if (said.has("reconnected")) reception.reconnected();
      else if (said.has("complaint")) reception.complain(said.get("complaint").textValue());
      else
        reception.add(
            said.get("id").textValue(),
            said.path("prev").textValue(),
            said.get("body").textValue().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Reception reception() {
      return reception;
    }

    @Override
    public void close() {}
  }
}
