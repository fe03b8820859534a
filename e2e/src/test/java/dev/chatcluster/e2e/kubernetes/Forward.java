package dev.chatcluster.e2e.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@code kubectl port-forward} to a Service, begun anew whenever it ends: it holds on to one pod
 * and ends with that.
 */
final class Forward implements AutoCloseable {
  private final List<String> command;
  private final int port = freePort();
  private final Thread thread;
  private volatile Process process;
  private volatile boolean closed;

  Forward(String namespace, String service, int servicePort) {
    command =
        List.of(
            "kubectl", "port-forward", "-n", namespace, "svc/" + service, port + ":" + servicePort);
    thread = Thread.ofVirtual().name("port-forward").start(this::run);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where clients connect. */
  URI webSocket() {
    return URI.create("ws://127.0.0.1:" + port + "/ws");
  }

  /** Whether somebody listens there now. */
  boolean open() {
    try (SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port))) {
      return channel.isConnected();
    } catch (IOException refused) {
      return false;
    }
  }

  private void run() {
    try {
      while (!closed) {
        process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.waitFor();
        TimeUnit.MILLISECONDS.sleep(200);
      }
    } catch (IOException | InterruptedException e) {
      if (!closed) throw new IllegalStateException(String.join(" ", command), e);
    } finally {
      if (process != null) process.destroyForcibly();
    }
  }

  /** Lets go of the pod that it leads to, for another one. */
  void again() {
    Process now = process;
    if (now != null) now.destroyForcibly();
  }

  @Override
  public void close() {
    closed = true;
    again();
    thread.interrupt();
  }
}
