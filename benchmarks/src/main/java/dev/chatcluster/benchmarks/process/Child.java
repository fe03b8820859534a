package dev.chatcluster.benchmarks.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Java process that the benchmark starts and ends, once it has said that it is ready. */
public final class Child implements AutoCloseable {
  private final Process process;
  private final String said;

  /**
   * Starts it and waits.
   *
   * @param arguments of {@code java}
   * @param ready found in the line that says that it is ready
   * @throws IllegalStateException with its output, when it ends before
   */
  public Child(List<String> arguments, Map<String, String> environment, Pattern ready)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("CHAT_"));
    builder.environment().putAll(environment);
    process = builder.start();
    // A benchmark that is interrupted leaves nothing behind.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    BufferedReader output = process.inputReader();
    said = await(output, ready);
    Thread.ofVirtual().start(() -> output.lines().forEach(line -> {}));
  }

  private static String await(BufferedReader output, Pattern ready) throws IOException {
    StringBuilder before = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      Matcher matcher = ready.matcher(line);
      if (matcher.find()) return matcher.group(1);
      before.append(line).append('\n');
    }
    throw new IllegalStateException("It ended before it was ready:\n" + before);
  }

  /** The first group of the pattern in the line that said that it is ready. */
  public String said() {
    return said;
  }

  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    // Not Process.destroyForcibly(), which closes the output that is still being read.
    process.toHandle().destroyForcibly();
    process.onExit().join();
  }
}
