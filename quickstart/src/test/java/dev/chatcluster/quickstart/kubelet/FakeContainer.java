package dev.chatcluster.quickstart.kubelet;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A process that does as its environment says: FAKE_EXIT ends it with that code, /ready is answered
 * well while the file FAKE_READY exists, /live unless FAKE_SICK does, FAKE_STUBBORN ignores
 * SIGTERM.
 */
public final class FakeContainer {
  private FakeContainer() {}

  public static void main(String[] arguments) throws Exception {
    Map<String, String> env = System.getenv();
    System.out.println("fake container with " + env.get("FAKE_NAME"));
    if (env.containsKey("FAKE_EXIT")) {
      System.out.println("the end is near");
      System.exit(Integer.parseInt(env.get("FAKE_EXIT")));
    }
    if (env.containsKey("FAKE_STUBBORN")) {
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    try {
                      Thread.sleep(60_000);
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }));
    }
    int port = Integer.parseInt(env.get("FAKE_PORT"));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext(
        "/",
        exchange -> {
          boolean well =
              switch (exchange.getRequestURI().getPath()) {
                case "/ready" -> Files.exists(Path.of(env.get("FAKE_READY")));
                case "/live" -> !Files.exists(Path.of(env.get("FAKE_SICK")));
                default -> true;
              };
          exchange.sendResponseHeaders(well ? 200 : 503, -1);
          exchange.close();
        });
    server.start();
  }
}
