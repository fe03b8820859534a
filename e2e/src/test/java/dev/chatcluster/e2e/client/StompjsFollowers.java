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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Clients on stompjs, all in one Node process: the documents' example, and stock ones. */
public final class StompjsFollowers implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process node;
  private final PrintStream orders;
  private final Map<String, StompjsFollower> followers = new ConcurrentHashMap<>();

  /** Starts Node; skips the test that calls it when there is none. */
  public StompjsFollowers() {
    node = Node.start("follow", Map.of(), List.of("follow.mjs"));
    orders = new PrintStream(node.getOutputStream(), true, StandardCharsets.UTF_8);
    Thread.ofVirtual().start(this::read);
  }

  /** Another client like the documents' example, which resumes. */
  public StompjsFollower follower(String name, String room) {
    return add(new StompjsFollower(name + "-" + room, room, false));
  }

  /** Another stock client, which sends no header of ours and has one connection only. */
  public StompjsFollower stock(String name, String room) {
    return add(new StompjsFollower(name + "-" + room, room, true));
  }

  private StompjsFollower add(StompjsFollower follower) {
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

  /** One of them. */
  public final class StompjsFollower implements Follower {
    private final String name;
    private final String room;
    private final boolean stock;
    private final Reception reception;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final List<String> answered = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private volatile boolean ended;

    private StompjsFollower(String name, String room, boolean stock) {
      this.name = name;
      this.room = room;
      this.stock = stock;
      reception = new Reception(name + " of room " + room);
    }

    @Override
    public CompletableFuture<Void> start(URI pod) {
      order(Map.of("name", name, "room", room, "url", pod.toString(), "stock", stock));
      return started;
    }

    /** Writes to its room; not for stock ones. */
    public void send(String body) {
      order(Map.of("send", name, "body", body));
    }

    /** The bodies that were acknowledged, in the order of the acknowledgements. */
    public List<String> answered() {
      return List.copyOf(answered);
    }

    /** Why messages were refused. */
    public List<String> refused() {
      return List.copyOf(refused);
    }

    /** Whether the connection of a stock one is over. */
    public boolean ended() {
      return ended;
    }

    private void take(JsonNode said) {
      if (said.has("started")) started.complete(null);
      else if (said.has("reconnected")) reception.reconnected();
      else if (said.has("ended")) ended = true;
      else if (said.has("answered")) answered.add(said.get("answered").textValue());
      else if (said.has("refused")) refused.add(said.get("refused").textValue());
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
