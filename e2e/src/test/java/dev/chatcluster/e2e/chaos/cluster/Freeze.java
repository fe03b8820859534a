package dev.chatcluster.e2e.chaos.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;

/** SIGSTOP and SIGCONT, which Java does not have. */
final class Freeze {
  private Freeze() {}

  /** The process does nothing from here on; others see it as one that hangs. */
  static void stop(Process process) {
    signal("-STOP", process);
  }

  /** The process goes on as if nothing had been. */
  static void go(Process process) {
    signal("-CONT", process);
  }

  private static void signal(String signal, Process process) {
    if (!process.isAlive()) return;
    try {
      new ProcessBuilder("kill", signal, String.valueOf(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
