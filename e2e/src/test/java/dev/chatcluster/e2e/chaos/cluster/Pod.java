package dev.chatcluster.e2e.chaos.cluster;

import java.net.URI;

/**
 * A pod that runs.
 *
 * @param webSocket where STOMP clients connect
 * @param ready as the node knows it, which may be a few seconds old
 */
public record Pod(String name, URI webSocket, boolean ready, Process process) {
  /** SIGKILL; the node starts it again. */
  public void kill() {
    process.destroyForcibly();
  }

  /** SIGSTOP. */
  public void freeze() {
    Freeze.stop(process);
  }

  /** SIGCONT. */
  public void thaw() {
    Freeze.go(process);
  }
}
