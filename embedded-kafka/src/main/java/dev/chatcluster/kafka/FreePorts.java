package dev.chatcluster.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that stay ours while a node is stopped: below the range the system gives to outgoing
 * connections, and each one only once in this JVM.
 */
public final class FreePorts {
  private static final int FIRST = 20000;
  private static final int END = 32000;
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private FreePorts() {}

  /**
   * A TCP port from 20000 to 31999 that nobody listens on.
   *
   * @throws IllegalStateException when none is found
   */
  public static int next() {
    for (int attempt = 0; attempt < 1000; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      if (isFree(port) && GIVEN.add(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free TCP port between " + FIRST + " and " + END);
  }

  /** Whether nobody listens on a port of the loopback; false for 0. */
  public static boolean isFree(int port) {
    if (port == 0) {
      return false;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
