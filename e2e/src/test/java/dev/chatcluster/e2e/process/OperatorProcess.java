package dev.chatcluster.e2e.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The operator as a user runs it: the jar, environment variables, a process of its own. */
public final class OperatorProcess implements AutoCloseable {
  private static final Path JAR = Path.of("../operator/target/operator.jar");
  private static final Path LOG = Path.of("target/processes/operator.log");

  private final Process process;

  private OperatorProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts it on a free port; does not wait for it.
   *
   * @param kubeconfig says which API server, with which credentials
   */
  public static OperatorProcess start(Path kubeconfig) throws IOException {
    if (!Files.exists(JAR))
      throw new IllegalStateException(
          JAR.toAbsolutePath().normalize()
              + " is missing: run `mvn -pl operator -am package` first.");
    Files.createDirectories(LOG.getParent());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-jar", JAR.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(LOG.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("CHAT_"));
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    builder.environment().put("CHAT_OPERATOR_BIND_ADDRESS", "127.0.0.1");
    builder.environment().put("CHAT_OPERATOR_MANAGEMENT_PORT", "0");
    builder.environment().put("CHAT_OPERATOR_RESYNC_SECONDS", "10");
    return new OperatorProcess(builder.start());
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
