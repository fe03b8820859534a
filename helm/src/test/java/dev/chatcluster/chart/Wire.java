package dev.chatcluster.chart;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A wire to a server of this machine, which can be cut: what is open ends, what comes is let
 * through.
 */
final class Wire implements AutoCloseable {
  private final ServerSocket ear = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final URI to;

  Wire(URI to) throws IOException {
    this.to = to;
    Thread.ofVirtual().start(this::listen);
  }

  /** Where to connect in place of the server. */
  String url() {
    return to.getScheme() + "://" + to.getHost() + ":" + ear.getLocalPort() + "/";
  }

  private void listen() {
    try {
      while (true) {
        Socket from = ear.accept();
        Socket there = new Socket(to.getHost(), to.getPort());
        open.add(from);
        open.add(there);
        Thread.ofVirtual().start(() -> carry(from, there));
        Thread.ofVirtual().start(() -> carry(there, from));
      }
    } catch (IOException closed) {
      // Told to.
    }
  }

  private void carry(Socket from, Socket there) {
    try (from;
        there) {
      from.getInputStream().transferTo(there.getOutputStream());
    } catch (IOException cut) {
      // One of the two has ended.
    } finally {
      open.remove(from);
    }
  }

  void cut() throws IOException {
    for (Socket socket : open) socket.close();
  }

  @Override
  public void close() throws IOException {
    ear.close();
    cut();
  }
}
