package dev.chatcluster.consumer.websocket;

import dev.chatcluster.consumer.fanout.LoopFanout;
import dev.chatcluster.consumer.room.Rooms;
import dev.chatcluster.consumer.send.Sends;
import dev.chatcluster.consumer.tls.Certificate;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelGroupFuture;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The client port: STOMP over WebSocket, and what a browser asks beside it. */
public final class ClientServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClientServer.class);
  private static final int LONGEST_REQUEST_LINE = 8 * 1024;
  private static final int LONGEST_REQUEST_HEAD = 32 * 1024;
  private static final int LONGEST_REQUEST_BODY = 8 * 1024;
  private static final int BACKLOG = 4096;

  /** Kept of a drain for those who wait for an answer to its end. */
  private static final Duration LAST_CLOSES = Duration.ofMillis(500);

  private final ClientServerConfig config;
  private final EventLoopGroup group;
  private final Map<EventLoop, Loop> loops;
  private final ChannelGroup connections;
  private Channel acceptor;

  private ClientServer(
      ClientServerConfig config,
      EventLoopGroup group,
      Map<EventLoop, Loop> loops,
      ChannelGroup connections) {
    this.config = config;
    this.group = group;
    this.loops = loops;
    this.connections = connections;
  }

  /**
   * Binds and serves; returns once clients can connect.
   *
   * @throws IOException when the port cannot be bound; the message says which and why
   */
  public static ClientServer start(
      ClientServerConfig config, Rooms rooms, Sends sends, MeterRegistry registry)
      throws IOException {
    return start(config, Optional.empty(), rooms, sends, registry);
  }

  /**
   * The same, over TLS where a certificate is given.
   *
   * @throws IOException when the port cannot be bound; the message says which and why
   */
  public static ClientServer start(
      ClientServerConfig config,
      Optional<Certificate> certificate,
      Rooms rooms,
      Sends sends,
      MeterRegistry registry)
      throws IOException {
    boolean epoll = Epoll.isAvailable();
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            config.loops(),
            new DefaultThreadFactory("client-loop"),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    Counter deliveries = ConnectionMeters.deliveries(registry);
    Map<EventLoop, Loop> loops = new IdentityHashMap<>();
    for (EventExecutor executor : group) {
      EventLoop eventLoop = (EventLoop) executor;
      loops.put(
          eventLoop,
          new Loop(eventLoop, new LoopFanout(eventLoop, ByteBufAllocator.DEFAULT, deliveries)));
    }
    ServerContext context = ServerContext.of(config, rooms, sends, registry);
    loops.values().forEach(loop -> loop.start(context.tickNanos()));
    ClientServer server =
        new ClientServer(
            config, group, loops, new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true));
    server.bind(epoll, context, certificate);
    LOG.debug("The client port uses {}", epoll ? "epoll" : "NIO");
    return server;
  }

  private void bind(boolean epoll, ServerContext context, Optional<Certificate> certificate)
      throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(64 * 1024, 256 * 1024))
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.add(channel);
                    Loop loop = loops.get(channel.eventLoop());
                    certificate.ifPresent(
                        tls -> channel.pipeline().addLast(tls.handler(channel.alloc())));
                    channel
                        .pipeline()
                        .addLast(
                            new HttpServerCodec(
                                LONGEST_REQUEST_LINE, LONGEST_REQUEST_HEAD, LONGEST_REQUEST_BODY),
                            new HttpObjectAggregator(LONGEST_REQUEST_BODY),
                            new HttpConnection(
                                context, loop, () -> new ClientConnection(context, loop)));
                  }
                });
    ChannelFuture bound = bootstrap.bind(config.address(), config.port()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      close();
      throw new IOException(
          "cannot listen for clients on "
              + config.address()
              + ":"
              + config.port()
              + ": "
              + bound.cause().getMessage()
              + "; choose another address or port",
          bound.cause());
    }
    acceptor = bound.channel();
  }

  /** The port that is bound, also when the configuration said 0. */
  public int port() {
    return ((InetSocketAddress) acceptor.localAddress()).getPort();
  }

  /**
   * Lets clients go: accepts a little longer, then closes connections spread over what is left of
   * {@code window}, each once its SENDs are answered or the window ends. Blocks until no connection
   * is left, at most {@code window}; {@link #close()} comes after it.
   */
  public void drain(Duration window) {
    long deadline = System.nanoTime() + window.toNanos();
    long accepting =
        Math.min(config.timing().acceptWhileDraining().toNanos(), window.toNanos() / 3);
    try {
      // Endpoints lag: for a moment clients are still sent here, and refusing them helps nobody.
      TimeUnit.NANOSECONDS.sleep(accepting);
      acceptor.close().awaitUninterruptibly();
      // The last fifth is for clients that are slow to go.
      long spread = (deadline - System.nanoTime()) * 4 / 5;
      // Whoever was accepted last is among the connections once its loop has come to this.
      for (var each : loops.entrySet())
        each.getKey().submit(() -> each.getValue().leaveOver(spread)).await();
      ChannelGroupFuture gone = connections.newCloseFuture();
      // Whoever still waits for an answer then gets none here, and has to be told before the cut.
      long toTell = Math.min(LAST_CLOSES.toNanos(), window.toNanos() / 10);
      if (gone.await(Math.max(0, deadline - toTell - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        return;
      }
      for (var each : loops.entrySet()) each.getKey().submit(each.getValue()::leaveNow).await();
      gone.await(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Closes everything at once. */
  @Override
  public void close() {
    if (acceptor != null) {
      acceptor.close().awaitUninterruptibly();
    }
    connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
