package dev.chatcluster.benchmarks.process;

import dev.chatcluster.benchmarks.machine.Jvm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A consumer pod as a process of its own, ready once it is made. */
public final class Pod implements AutoCloseable {
  /** What the documents recommend for a pod. */
  public static final List<String> JAVA_OPTIONS =
      List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders");

  private static final Path JAR = Path.of("chat-consumer/target/chat-consumer.jar");
  private static final Pattern READY =
      Pattern.compile("chat-consumer ready.*\\bport=(\\d+ managementPort=\\d+)");

  private final Child child;
  private final String[] ports;

  /**
   * Starts it and waits until clients can connect.
   *
   * @param partition its number, or {@code all}
   * @param environment further {@code CHAT_} variables
   * @throws IllegalStateException when it ends before it is ready
   */
  public Pod(
      Topic topic, String partition, List<String> javaOptions, Map<String, String> environment)
      throws IOException {
    if (!Files.exists(JAR))
      throw new IllegalStateException(
          JAR + " is missing: run `mvn package` first, and this in the project's folder.");
    List<String> arguments = new ArrayList<>(javaOptions);
    arguments.addAll(List.of("-jar", JAR.toString()));
    Map<String, String> variables = new HashMap<>();
    variables.put("CHAT_KAFKA_BOOTSTRAP_SERVERS", topic.bootstrapServers());
    variables.put("CHAT_TOPIC", topic.name());
    variables.put("CHAT_PARTITION", partition);
    variables.put("CHAT_PORT", "0");
    variables.put("CHAT_MANAGEMENT_PORT", "0");
    variables.put("CHAT_BIND_ADDRESS", "127.0.0.1");
    variables.putAll(environment);
    child = new Child(arguments, variables, READY);
    ports = child.said().split(" managementPort=");
  }

  /** Where clients connect. */
  public URI url() {
    return URI.create("ws://127.0.0.1:" + ports[0] + "/ws");
  }

  public long pid() {
    return child.pid();
  }

  /** Bytes of the objects that are in use, after a full collection. */
  public long liveBytes() throws IOException {
    return Jvm.liveBytes(pid());
  }

  /**
   * The sum of a metric over all its labels; 0 when there is none of that name.
   *
   * @param name as Prometheus sees it
   */
  public double metric(String name) throws IOException, InterruptedException {
    URI metrics = URI.create("http://127.0.0.1:" + ports[1] + "/metrics");
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofLines())
          .body()
          .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    }
  }

  /** Kills it. */
  @Override
  public void close() {
    child.close();
  }
}
