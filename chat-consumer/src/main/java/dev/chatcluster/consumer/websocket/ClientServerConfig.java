package dev.chatcluster.consumer.websocket;

import java.time.Duration;
import java.util.List;

/**
 * What the client port needs to know. Made once, at start.
 *
 * @param address the address to bind, for example {@code 0.0.0.0}
 * @param port the port to bind; 0 takes a free one
 * @param allowedOrigins origins whose pages may connect, such as {@code https://chat.example.com};
 *     {@code *} stands for all
 * @param messageBytes largest body of a SEND, in bytes
 * @param slowClientBytes bytes queued for a client after which it is closed as slow; never below
 *     twice {@code messageBytes} in effect
 * @param partitionUrl URL of a partition's pods with {@code {partition}} in it; null without
 * @param path that requests may begin with; {@code /} for none
 * @param pod this pod's name, for {@code GET /rooms/{room}}
 * @param loops event loops; each connection lives on one
 * @param timing how long things may take
 */
public record ClientServerConfig(
    String address,
    int port,
    List<String> allowedOrigins,
    int messageBytes,
    int slowClientBytes,
    String partitionUrl,
    String path,
    String pod,
    int loops,
    Timing timing) {

  public ClientServerConfig {
    allowedOrigins = List.copyOf(allowedOrigins);
    slowClientBytes =
        (int) Math.min(Integer.MAX_VALUE, Math.max(slowClientBytes, 2L * messageBytes));
  }

  /** As a pod runs: one loop a core, at most four, and {@link Timing#DEFAULT}. */
  public static ClientServerConfig of(
      String address,
      int port,
      List<String> allowedOrigins,
      int messageBytes,
      int slowClientBytes,
      String partitionUrl,
      String path,
      String pod) {
    return new ClientServerConfig(
        address,
        port,
        allowedOrigins,
        messageBytes,
        slowClientBytes,
        partitionUrl,
        path,
        pod,
        Math.min(4, Runtime.getRuntime().availableProcessors()),
        Timing.DEFAULT);
  }

  /**
   * How long things may take.
   *
   * @param connect from the first byte to a request, and from the upgrade to CONNECT
   * @param heartBeat the interval of heart-beats that the server offers
   * @param ping silence after which a client is asked for a pong
   * @param silence silence after which it is given up
   * @param slowClientAge how long the oldest queued byte may wait
   * @param linger how long a closing connection may take to read what is queued for it
   * @param acceptWhileDraining how long a drain goes on accepting, since endpoints lag behind
   */
  public record Timing(
      Duration connect,
      Duration heartBeat,
      Duration ping,
      Duration silence,
      Duration slowClientAge,
      Duration linger,
      Duration acceptWhileDraining) {
    public static final Timing DEFAULT =
        new Timing(
            Duration.ofSeconds(10),
            Duration.ofSeconds(25),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5));
  }
}
