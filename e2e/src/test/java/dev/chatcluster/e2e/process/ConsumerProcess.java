package dev.chatcluster.e2e.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A consumer as a user runs it: the jar, environment variables, a process of its own. */
public final class ConsumerProcess implements AutoCloseable {
  private static final Path JAR = Path.of("../chat-consumer/target/chat-consumer.jar");
  private static final Path LOGS = Path.of("target/processes");
  private static final Pattern READY =
      Pattern.compile("chat-consumer ready.*\\bport=(\\d+).*\\bmanagementPort=(\\d+)");
  private static final AtomicInteger STARTED = new AtomicInteger();

  private final Process process;
  private final Path log;
  private final CompletableFuture<Ports> ready = new CompletableFuture<>();

  private record Ports(int client, int management) {}

  private ConsumerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a consumer on free ports; does not wait for it.
   *
   * @param environment variables that begin with {@code CHAT_}; ports are free ones unless named
   */
  public static ConsumerProcess launch(Map<String, String> environment) {
    try {
      if (!Files.exists(JAR))
        throw new IllegalStateException(
            JAR.toAbsolutePath().normalize()
                + " is missing: run `mvn -pl chat-consumer -am package` first.");
      Files.createDirectories(LOGS);
      Path log =
          LOGS.resolve(
              "consumer-%03d-partition-%s.log"
                  .formatted(STARTED.incrementAndGet(), environment.get("CHAT_PARTITION")));
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC"));
      command.addAll(List.of("-XX:+ExitOnOutOfMemoryError", "-jar", JAR.toString()));
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().keySet().removeIf(name -> name.startsWith("CHAT_"));
      builder.environment().put("CHAT_PORT", "0");
      builder.environment().put("CHAT_MANAGEMENT_PORT", "0");
      builder.environment().put("CHAT_BIND_ADDRESS", "127.0.0.1");
      builder.environment().putAll(environment);
      ConsumerProcess consumer = new ConsumerProcess(builder.start(), log);
      Thread.ofVirtual().start(consumer::copyOutput);
      return consumer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a consumer and waits until it says that it is ready. */
  public static ConsumerProcess start(Map<String, String> environment) {
    ConsumerProcess consumer = launch(environment);
    try {
      return consumer.awaitReady();
    } catch (RuntimeException notReady) {
      consumer.close();
      throw notReady;
    }
  }

  /** Waits until the consumer says that it is ready. */
  public ConsumerProcess awaitReady() {
    ports();
    return this;
  }

  private void copyOutput() {
    try (BufferedReader output = process.inputReader();
        var file =
            Files.newBufferedWriter(
                log, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        file.write(line);
        file.newLine();
        file.flush();
        Matcher matcher = READY.matcher(line);
        if (matcher.find())
          ready.complete(
              new Ports(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))));
      }
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
    ready.completeExceptionally(
        new IllegalStateException("The consumer ended before it was ready; see " + log));
  }

  private Ports ports() {
    try {
      return ready.get(60, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("The consumer is not ready after 60 s; see " + log, e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Where STOMP clients connect. */
  public URI webSocket() {
    return URI.create("ws://127.0.0.1:" + ports().client + "/ws");
  }

  /** A page on the client port, such as {@code /rooms/7}. */
  public URI http(String path) {
    return URI.create("http://127.0.0.1:" + ports().client + path);
  }

  /** A page on the management port, such as {@code /health/ready}. */
  public URI management(String path) {
    return URI.create("http://127.0.0.1:" + ports().management + path);
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL; returns when the process is gone. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** SIGSTOP; it can only be thawed or killed from then on. */
  public void freeze() throws IOException, InterruptedException {
    signal("-STOP");
  }

  /** SIGCONT. */
  public void thaw() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String which) throws IOException, InterruptedException {
    int exit = new ProcessBuilder("kill", which, "" + pid()).inheritIO().start().waitFor();
    if (exit != 0) throw new IOException("kill " + which + " " + pid() + " ended with " + exit);
  }

  /** SIGTERM; does not wait. */
  public void terminate() {
    process.destroy();
  }

  /**
   * Waits for the end of the process.
   *
   * @return its exit code
   */
  public int awaitExit(Duration atMost) {
    try {
      if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS))
        throw new IllegalStateException(
            "The consumer still runs after " + atMost.toSeconds() + " s; see " + log);
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** All that the process has written so far. */
  public String output() {
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
