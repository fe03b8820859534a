package dev.chatcluster.e2e.chaos.cluster;

import dev.chatcluster.quickstart.kubelet.Launcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The operator, and at times a second one beside it: where a node hangs, Kubernetes starts another
 * pod, and the one that hung goes on one day as if nothing had been. Thread-safe.
 */
public final class Operators implements AutoCloseable {
  private final Launcher launcher;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path logs;
  private final List<Process> running = new ArrayList<>();
  private int started;

  Operators(Launcher launcher, List<String> command, Path kubeconfig, Path logs)
      throws IOException {
    this.launcher = launcher;
    this.command = command;
    this.logs = logs;
    this.environment =
        Map.of(
            "KUBECONFIG", kubeconfig.toString(),
            "CHAT_OPERATOR_MANAGEMENT_PORT", "0",
            "CHAT_OPERATOR_BIND_ADDRESS", "127.0.0.1");
    start();
  }

  private void start() throws IOException {
    started++;
    Path log = logs.resolve("operator-%03d.log".formatted(started));
    running.add(launcher.start(command, environment, log));
  }

  /** SIGKILL to all of them, and a new one. */
  public synchronized void kill() throws IOException {
    end();
    start();
  }

  /** SIGSTOP to the one that runs, and a new one beside it. */
  public synchronized void freeze() throws IOException {
    running.forEach(Freeze::stop);
    start();
  }

  /** SIGCONT: now there are two, of which the older knows the world as it was. */
  public synchronized void thaw() {
    running.forEach(Freeze::go);
  }

  /** SIGKILL to all but the newest. */
  public synchronized void killOlder() {
    while (running.size() > 1) running.removeFirst().destroyForcibly();
  }

  private void end() {
    running.forEach(process -> process.destroyForcibly().onExit().join());
    running.clear();
  }

  @Override
  public synchronized void close() {
    end();
  }
}
