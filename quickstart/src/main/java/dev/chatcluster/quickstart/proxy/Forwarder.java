package dev.chatcluster.quickstart.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;

/** One port of this machine whose connections go to other ports of it, in turn. */
final class Forwarder implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Forwarder.class.getName());
  private static final int CONNECT_MILLIS = 1000;

  private final ServerSocket listener;
  private final AtomicInteger turn = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile List<Integer> backends = List.of();

  /**
   * Starts to listen.
   *
   * @throws IOException when the port is taken
   */
  Forwarder(int port) throws IOException {
    listener = new ServerSocket();
    try {
      listener.setReuseAddress(true);
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 512);
    } catch (IOException e) {
      listener.close();
      throw e;
    }
    Thread.ofVirtual().name("forward-" + port).start(this::accept);
  }

  /** Where new connections go; those that are open stay where they are. */
  void setBackends(List<Integer> ports) {
    backends = List.copyOf(ports);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        LOG.log(Level.FINE, "Not accepted", e);
      }
    }
  }

  private void serve(Socket client) {
    open.add(client);
    try (client;
        Socket backend = connect()) {
      open.add(backend);
      try {
        client.setTcpNoDelay(true);
        Thread back = Thread.ofVirtual().start(() -> copy(backend, client));
        copy(client, backend);
        back.join();
      } finally {
        open.remove(backend);
      }
    } catch (IOException noneThere) {
      LOG.log(Level.FINE, "Connection refused: {0}", noneThere.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  /** Whoever is gone is passed over: a killed pod counts as ready until its probe fails. */
  private Socket connect() throws IOException {
    List<Integer> ports = backends;
    for (int i = 0; i < ports.size(); i++) {
      int port = ports.get(Math.floorMod(turn.getAndIncrement(), ports.size()));
      Socket socket = new Socket();
      try {
        socket.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
        socket.setTcpNoDelay(true);
        return socket;
      } catch (IOException e) {
        socket.close();
      }
    }
    throw new IOException("no pod is ready");
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException broken) {
      // Neither side has any use for the other half.
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.log(Level.FINE, "Not closed", e);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      LOG.log(Level.FINE, "Not closed", e);
    }
    open.forEach(Forwarder::close);
  }
}
