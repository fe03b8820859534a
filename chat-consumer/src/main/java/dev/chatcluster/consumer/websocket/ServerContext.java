package dev.chatcluster.consumer.websocket;

import dev.chatcluster.consumer.room.Rooms;
import dev.chatcluster.consumer.send.Sends;
import dev.chatcluster.consumer.session.SessionLimits;
import dev.chatcluster.consumer.session.SessionMeters;
import dev.chatcluster.consumer.stomp.HeartBeat;
import dev.chatcluster.consumer.stomp.StompLimits;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What all connections of a server share. */
record ServerContext(
    ClientServerConfig config,
    Origins origins,
    OutsidePath path,
    Rooms rooms,
    Sends sends,
    SessionLimits limits,
    SessionMeters sessionMeters,
    ConnectionMeters connectionMeters) {

  static ServerContext of(
      ClientServerConfig config, Rooms rooms, Sends sends, MeterRegistry registry) {
    SessionLimits limits =
        new SessionLimits(
            StompLimits.ofBody(config.messageBytes()),
            new HeartBeat(config.timing().heartBeat().toMillis(), 0));
    return new ServerContext(
        config,
        new Origins(config.allowedOrigins()),
        new OutsidePath(config.path()),
        rooms,
        sends,
        limits,
        ConnectionMeters.sessions(registry),
        new ConnectionMeters(registry));
  }

  /** Reads WebSocket frames of at most that many bytes. */
  WebSocket13FrameDecoder frameDecoder(int most) {
    return new WebSocket13FrameDecoder(
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(most)
            .allowExtensions(false)
            .closeOnProtocolViolation(false)
            // STOMP frames may be split anywhere, also inside a character.
            .withUTF8Validator(false)
            .build());
  }

  /** Before CONNECT: anybody can open a socket, and it should hold no more memory than needed. */
  int firstFrameBytes() {
    return 2 * limits.frames().headBytes();
  }

  /** Larger than the largest STOMP frame, so that the sentence about it is STOMP's. */
  int webSocketFrameBytes() {
    return config.messageBytes() + 2 * limits.frames().headBytes();
  }

  /** How often times are looked at: every second, more often where times are short. */
  long tickNanos() {
    ClientServerConfig.Timing timing = config.timing();
    Duration shortest =
        Stream.of(
                timing.connect(),
                timing.heartBeat(),
                timing.ping(),
                timing.silence(),
                timing.slowClientAge(),
                timing.linger())
            .min(Duration::compareTo)
            .orElseThrow();
    return Math.clamp(
        shortest.toNanos() / 4, TimeUnit.MILLISECONDS.toNanos(10), TimeUnit.SECONDS.toNanos(1));
  }
}
