package dev.chatcluster.consumer.management;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** The port that Kubernetes and Prometheus ask; apart from the clients' port. */
public final class ManagementServer implements AutoCloseable {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  static {
    // In seconds. The server reads them once, when its first instance is made.
    System.setProperty("sun.net.httpserver.maxReqTime", "5");
    System.setProperty("sun.net.httpserver.maxRspTime", "15");
  }

  private record Answer(int status, String type, String body) {}

  private final HttpServer server;
  private final ExecutorService threads;
  private final Supplier<Readiness> readiness;
  private final PrometheusMeterRegistry registry;

  private ManagementServer(
      HttpServer server,
      ExecutorService threads,
      Supplier<Readiness> readiness,
      PrometheusMeterRegistry registry) {
    this.server = server;
    this.threads = threads;
    this.readiness = readiness;
    this.registry = registry;
  }

  /**
   * Binds and serves {@code /health/live}, {@code /health/ready} and {@code /metrics}.
   *
   * @param port 0 takes a free one
   * @throws IOException when the port cannot be bound; the message says which and why
   */
  public static ManagementServer start(
      String address, int port, Supplier<Readiness> readiness, PrometheusMeterRegistry registry)
      throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(address, port), 0);
    } catch (IOException e) {
      throw new IOException(
          "cannot listen for management on "
              + address
              + ":"
              + port
              + ": "
              + e.getMessage()
              + "; choose another address or port",
          e);
    }
    // One each: neither a slow scrape nor a request that is never sent whole must fail a probe.
    ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("management").factory());
    ManagementServer management = new ManagementServer(server, threads, readiness, registry);
    server.setExecutor(threads);
    server.createContext("/", management::handle);
    server.start();
    return management;
  }

  /** The port that is bound. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean head = exchange.getRequestMethod().equals("HEAD");
      Answer answer =
          head || exchange.getRequestMethod().equals("GET")
              ? answer(exchange.getRequestURI().getPath())
              : new Answer(405, TEXT, "Ask with GET.\n");
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      exchange.sendResponseHeaders(answer.status(), head ? -1 : body.length);
      if (!head) {
        try (OutputStream out = exchange.getResponseBody()) {
          out.write(body);
        }
      }
    }
  }

  private Answer answer(String path) {
    return switch (path) {
      case "/health/live" -> new Answer(200, TEXT, "alive\n");
      case "/health/ready" ->
          switch (readiness.get()) {
            case Readiness.Ready ready -> new Answer(200, TEXT, "ready\n");
            case Readiness.NotReady not ->
                new Answer(503, TEXT, "not ready: " + not.reason() + "\n");
          };
      case "/metrics" -> new Answer(200, PROMETHEUS, registry.scrape());
      default ->
          new Answer(
              404, TEXT, "Nothing is served here: ask /health/live, /health/ready or /metrics.\n");
    };
  }
}
