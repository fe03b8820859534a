package dev.chatcluster.quickstart.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.chatcluster.quickstart.objects.ObjectStore;
import dev.chatcluster.quickstart.objects.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Serves the page, the state of the clusters as events, and a pod's answer about a room. */
public final class PageServer implements AutoCloseable {
  private static final Pattern OUR_HOST = Pattern.compile("(127\\.0\\.0\\.1|localhost)(:\\d+)?");
  private static final String STOMP_JS = "/META-INF/resources/webjars/stomp__stompjs/%s/esm6/";
  private static final Pattern STOMP_JS_FILE = Pattern.compile("/stompjs/([a-z0-9/-]+\\.js)");
  private static final long LOOK_EVERY_MILLIS = 250;
  private static final long SPEAK_EVERY_MILLIS = 15_000;
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private final ObjectStore store;
  private final Actions actions;
  private final Path client;
  private final Commands commands;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient pods;
  private final String stompJs;

  /** What the page's buttons do; a {@link Refused} is shown to the user. */
  public interface Actions {
    /** Kills the process of a pod. */
    void kill(String namespace, String pod);

    /** Sets the number of partitions of a ChatCluster. */
    void scale(String namespace, String cluster, int partitions);
  }

  private PageServer(ObjectStore store, Actions actions, Path client, Commands commands, int port)
      throws IOException {
    this.store = store;
    this.actions = actions;
    this.client = client;
    this.commands = commands;
    this.stompJs = STOMP_JS.formatted(stompJsVersion());
    pods =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .executor(threads)
            .build();
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  /**
   * Starts to serve.
   *
   * @param client the chat client of the documents, a JavaScript file
   * @param commands shown on the page
   * @param port on 127.0.0.1; 0 for a free one
   * @throws IOException when the port is taken
   */
  public static PageServer start(
      ObjectStore store, Actions actions, Path client, Commands commands, int port)
      throws IOException {
    return new PageServer(store, actions, client, commands, port);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (!OUR_HOST.matcher(host(exchange)).matches()) {
        // Another site's name may lead to this machine too; its pages are not ours.
        answer(exchange, 403, "text/plain", "open http://localhost instead\n".getBytes());
      } else if (exchange.getRequestMethod().equals("POST") && isOurs(exchange)) {
        act(exchange, path.split("/"));
      } else if (!exchange.getRequestMethod().equals("GET")) {
        answer(exchange, 405, "text/plain", "only GET is served here\n".getBytes());
      } else if (path.equals("/state")) {
        state(exchange);
      } else if (path.startsWith("/rooms/")) {
        room(exchange, path.substring("/rooms/".length()).split("/", 3));
      } else {
        file(exchange, path);
      }
    }
  }

  /** Whether our own page asks, not another one in the same browser. */
  private static boolean isOurs(HttpExchange exchange) {
    String origin = exchange.getRequestHeaders().getFirst("Origin");
    return ("http://" + host(exchange)).equals(origin);
  }

  private static String host(HttpExchange exchange) {
    String host = exchange.getRequestHeaders().getFirst("Host");
    return host == null ? "" : host;
  }

  private void act(HttpExchange exchange, String[] path) throws IOException {
    try {
      if (path.length == 5 && path[1].equals("pods") && path[4].equals("kill")) {
        actions.kill(path[2], path[3]);
      } else if (path.length == 6 && path[1].equals("clusters") && path[4].equals("partitions")) {
        actions.scale(path[2], path[3], Integer.parseInt(path[5]));
      } else {
        answer(exchange, 404, "text/plain", "there is nothing to do here\n".getBytes());
        return;
      }
      answer(exchange, 204, "text/plain", new byte[0]);
    } catch (NumberFormatException e) {
      answer(exchange, 400, "text/plain", "the number of partitions is no number\n".getBytes());
    } catch (Refused e) {
      byte[] why = (e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
      answer(exchange, e.code(), "text/plain; charset=utf-8", why);
    }
  }

  private void file(HttpExchange exchange, String path) throws IOException {
    if (path.equals("/resuming-client.js")) {
      answer(exchange, 200, TYPES.get("js"), Files.readAllBytes(client));
      return;
    }
    Matcher library = STOMP_JS_FILE.matcher(path);
    String resource =
        switch (path) {
          case "/" -> "/page/index.html";
          case "/page.js", "/message.js", "/page.css", "/icon.svg" -> "/page" + path;
          default -> library.matches() ? stompJs + library.group(1) : null;
        };
    try (InputStream in =
        resource == null ? null : PageServer.class.getResourceAsStream(resource)) {
      if (in == null) {
        answer(exchange, 404, "text/plain", "there is no such page\n".getBytes());
        return;
      }
      String ending = resource.substring(resource.lastIndexOf('.') + 1);
      answer(exchange, 200, TYPES.get(ending), in.readAllBytes());
    }
  }

  /** Server-sent events: the state now, and again whenever it has changed. */
  private void state(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    ObjectNode last = null;
    long version = -1;
    long spoken = System.currentTimeMillis();
    while (!threads.isShutdown()) {
      if (store.version() != version) {
        version = store.version();
        ObjectNode now =
            ClusterView.of(store)
                .put("kubectl", commands.kubectl())
                .put("produce", commands.produce());
        if (!now.equals(last)) {
          out.write(("data: " + now + "\n\n").getBytes(StandardCharsets.UTF_8));
          out.flush();
          last = now;
          spoken = System.currentTimeMillis();
        }
      }
      if (System.currentTimeMillis() - spoken > SPEAK_EVERY_MILLIS) {
        // Otherwise it would not be noticed that the browser has left.
        out.write(":\n\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
        spoken = System.currentTimeMillis();
      }
      try {
        Thread.sleep(LOOK_EVERY_MILLIS);
      } catch (InterruptedException closed) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** The pods allow no page of another origin to read this, so we ask for it. */
  private void room(HttpExchange exchange, String[] path) throws IOException {
    int port = path.length == 3 ? ClusterView.port(store, path[0], path[1] + "-clients") : 0;
    if (port == 0) {
      answer(exchange, 404, "text/plain", "there is no such ChatCluster\n".getBytes());
      return;
    }
    String raw = exchange.getRequestURI().getRawPath();
    String room = raw.substring(raw.lastIndexOf('/') + 1);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/rooms/" + room))
            .timeout(Duration.ofSeconds(5))
            .build();
    try {
      HttpResponse<byte[]> response = pods.send(request, HttpResponse.BodyHandlers.ofByteArray());
      String type = response.headers().firstValue("content-type").orElse("application/json");
      answer(exchange, response.statusCode(), type, response.body());
    } catch (IOException e) {
      answer(exchange, 503, "text/plain", "no pod answers; try again\n".getBytes());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer(exchange, 503, "text/plain", "the quickstart is ending\n".getBytes());
    }
  }

  private static void answer(HttpExchange exchange, int code, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-cache");
    exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private static String stompJsVersion() throws IOException {
    String about = "/META-INF/maven/org.webjars.npm/stomp__stompjs/pom.properties";
    Properties properties = new Properties();
    try (InputStream in = PageServer.class.getResourceAsStream(about)) {
      properties.load(in);
    }
    return properties.getProperty("version");
  }

  @Override
  public void close() {
    threads.shutdownNow();
    server.stop(0);
    pods.shutdownNow();
  }
}
