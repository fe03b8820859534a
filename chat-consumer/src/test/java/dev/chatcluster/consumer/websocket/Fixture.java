package dev.chatcluster.consumer.websocket;

import dev.chatcluster.consumer.websocket.ClientServerConfig.Timing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/** A client port on a free port of this machine, with its Kafka side in memory. */
final class Fixture implements AutoCloseable {
  static final int MESSAGE_BYTES = 1024 * 1024;

  final FakeLog log = new FakeLog();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final ClientServer server;

  Fixture() {
    this(List.of("*"), Timing.DEFAULT);
  }

  Fixture(List<String> origins, Timing timing) {
    this(origins, timing, 2 * MESSAGE_BYTES);
  }

  Fixture(List<String> origins, Timing timing, int slowClientBytes) {
    ClientServerConfig config =
        new ClientServerConfig(
            "127.0.0.1",
            0,
            origins,
            MESSAGE_BYTES,
            slowClientBytes,
            "ws://chat-partition-{partition}.ns.svc:8080",
            "/app",
            "chat-partition-1-abc",
            2,
            timing);
    try {
      server = ClientServer.start(config, log, log, meters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The usual times with one of them short. */
  static Timing shortly(String name, Duration time) {
    Timing usual = Timing.DEFAULT;
    return new Timing(
        name.equals("connect") ? time : usual.connect(),
        name.equals("heartBeat") ? time : usual.heartBeat(),
        name.equals("ping") ? time : usual.ping(),
        name.equals("silence") ? time : usual.silence(),
        name.equals("slowClientAge") ? time : usual.slowClientAge(),
        name.equals("linger") ? time : usual.linger(),
        name.equals("acceptWhileDraining") ? time : usual.acceptWhileDraining());
  }

  int port() {
    return server.port();
  }

  double counted(String name, String... tags) {
    return meters.get(name).tags(tags).counter().count();
  }

  double gauge(String name) {
    return meters.get(name).gauge().value();
  }

  @Override
  public void close() {
    server.close();
    log.close();
  }
}
