package dev.chatcluster.consumer.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.consumer.fanout.LoopFanout;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** TLS needs memory when it flushes, and there may be none in the middle of a delivery. */
class FailingFlushTest {
  private final FakeLog log = new FakeLog();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final EmbeddedChannel eventLoop = new EmbeddedChannel();
  private final Loop loop =
      new Loop(
          eventLoop.eventLoop(),
          new LoopFanout(
              eventLoop.eventLoop(),
              UnpooledByteBufAllocator.DEFAULT,
              meters.counter("chat.deliveries")));
  private final ServerContext server =
      ServerContext.of(
          ClientServerConfig.of("127.0.0.1", 0, List.of("*"), 1 << 20, 0, null, "/", "pod"),
          log,
          log,
          meters);

  private static final class Client {
    final EmbeddedChannel channel = new EmbeddedChannel();
    boolean fails;

    Client(ServerContext server, Loop loop) {
      channel
          .pipeline()
          .addLast(
              new ChannelOutboundHandlerAdapter() {
                @Override
                public void flush(ChannelHandlerContext context) {
                  if (fails) throw new OutOfMemoryError("as Netty's for direct memory");
                  context.flush();
                }
              },
              server.frameDecoder(server.firstFrameBytes()),
              new ClientConnection(server, loop));
    }

    List<String> frames() {
      List<String> frames = new ArrayList<>();
      for (ByteBuf frame = channel.readOutbound(); frame != null; frame = channel.readOutbound()) {
        frames.add(frame.toString(StandardCharsets.UTF_8));
        frame.release();
      }
      return frames;
    }
  }

  @AfterEach
  void stop() {
    log.close();
  }

  private Client subscribed() {
    Client client = new Client(server, loop);
    client.channel.writeInbound(new TextWebSocketFrame("CONNECT\naccept-version:1.2\n\n\0"));
    client.channel.writeInbound(
        new TextWebSocketFrame("SUBSCRIBE\nid:1\ndestination:/topic/room\n\n\0"));
    // The reader has told the loop by then.
    log.listeners();
    eventLoop.runPendingTasks();
    client.frames();
    return client;
  }

  @Test
  void endsTheOneAndLeavesOutNobodyElse() {
    Client fails = subscribed();
    List<Client> others = List.of(subscribed(), subscribed(), subscribed());
    fails.fails = true;
    // So large that it is flushed at once.
    log.append("room", "x".repeat(300_000));
    eventLoop.runPendingTasks();
    for (Client each : others) {
      assertThat(each.frames()).singleElement().asString().contains("MESSAGE");
    }
    assertThat(log.listeners()).isEqualTo(others.size());
    assertThat(meters.counter("chat.connections.closed", "reason", "try-again").count()).isOne();
  }
}
