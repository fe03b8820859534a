package dev.chatcluster.quickstart;

import dev.chatcluster.quickstart.kubelet.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The operator, as a process that is started again when it ends. */
final class OperatorProcess implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(OperatorProcess.class.getName());
  private static final long RESTART_AFTER_SECONDS = 2;
  private static final long GRACE_SECONDS = 5;

  private final Launcher launcher;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path log;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile Process process;

  OperatorProcess(Launcher launcher, List<String> command, Path kubeconfig, Path log)
      throws IOException {
    this.launcher = launcher;
    this.command = command;
    this.log = log;
    this.environment =
        Map.of(
            "KUBECONFIG", kubeconfig.toString(),
            "CHAT_OPERATOR_MANAGEMENT_PORT", "0",
            "CHAT_OPERATOR_BIND_ADDRESS", "127.0.0.1");
    Files.deleteIfExists(log);
    process = launcher.start(command, environment, log);
    thread = Thread.ofVirtual().name("operator").start(this::watch);
  }

  private void watch() {
    try {
      while (true) {
        int code = process.waitFor();
        if (closing.await(RESTART_AFTER_SECONDS, TimeUnit.SECONDS)) {
          return;
        }
        LOG.log(
            Level.WARNING,
            "The operator ended with code {0}; it is started again. Its log is {1}",
            new Object[] {code, log});
        startAgain();
      }
    } catch (IOException e) {
      LOG.log(Level.SEVERE, "The operator does not start: {0}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void startAgain() throws IOException {
    if (closing.getCount() > 0) {
      process = launcher.start(command, environment, log);
    }
  }

  private synchronized void end() {
    closing.countDown();
    process.destroy();
  }

  @Override
  public void close() {
    end();
    try {
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
