package dev.chatcluster.operator.real;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The operator's jar as a process. */
public final class OperatorProcess implements AutoCloseable {
  private static final Path JAR = Path.of("target", "operator.jar");
  private static final Pattern READY =
      Pattern.compile("chat-operator ready .*managementPort=(\\d+).*");

  private final Process process;
  private volatile boolean killed;
  private final CompletableFuture<Integer> port = new CompletableFuture<>();

  /**
   * Starts one without leader election.
   *
   * @param options of the JVM
   * @param log that its lines are added to
   * @param lines told each of them, at once
   */
  public OperatorProcess(
      Path kubeconfig, String namespace, List<String> options, Path log, Consumer<String> lines)
      throws IOException {
    if (!Files.exists(JAR)) {
      throw new AssertionError(
          "there is no " + JAR.toAbsolutePath() + ": mvn package makes it, or mvn verify");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "-jar", JAR.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    var environment = builder.environment();
    environment.keySet().removeIf(variable -> variable.startsWith("CHAT_"));
    environment.put("KUBECONFIG", kubeconfig.toString());
    environment.put("CHAT_OPERATOR_NAMESPACES", namespace);
    environment.put("CHAT_OPERATOR_CONSUMER_IMAGE", "chat-consumer:test");
    environment.put("CHAT_OPERATOR_BIND_ADDRESS", "127.0.0.1");
    environment.put("CHAT_OPERATOR_MANAGEMENT_PORT", "0");
    process = builder.start();
    Thread.ofPlatform().daemon().name("log of " + process.pid()).start(() -> read(log, lines));
  }

  private void read(Path log, Consumer<String> lines) {
    try (BufferedReader reader = process.inputReader();
        Writer out =
            Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.accept(line);
        Matcher ready = READY.matcher(line);
        if (ready.find()) port.complete(Integer.valueOf(ready.group(1)));
        out.write(line + System.lineSeparator());
        out.flush();
      }
    } catch (IOException e) {
      // A process that is killed takes the rest of its lines along.
      if (!killed) throw new UncheckedIOException(e);
    } finally {
      port.completeExceptionally(new IllegalStateException("it has ended, see " + log));
    }
  }

  public void awaitReady() {
    port();
  }

  private int port() {
    try {
      return port.get(60, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the operator is not ready: " + e.getMessage(), e);
    }
  }

  public long pid() {
    return process.pid();
  }

  /** Processor time until now. */
  public Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** What one of its metrics says, all labels together. */
  public double metric(String name) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port() + "/metrics");
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofLines())
          .body()
          .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
          .sum();
    }
  }

  /** SIGKILL. */
  public void kill() {
    killed = true;
    process.destroyForcibly();
  }

  public void awaitEnd() throws InterruptedException {
    process.waitFor();
  }

  @Override
  public void close() {
    kill();
  }
}
