package dev.chatcluster.quickstart.api;

import dev.chatcluster.quickstart.objects.Resources;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The Kubernetes API stand-in: plain HTTP on the loopback, without authentication, so it refuses
 * whatever a browser sends.
 */
public final class ApiServer implements AutoCloseable {
  private static final int LARGEST_BODY = 3 * 1024 * 1024;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final Channel channel;

  private ApiServer(Resources resources, PodLogs logs, int port) throws IOException {
    Api api = new Api(resources, logs);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel connection) {
                    connection
                        .pipeline()
                        .addLast(new HttpServerCodec(), new HttpObjectAggregator(LARGEST_BODY))
                        .addLast(new ApiConnection(api));
                  }
                });
    var binding = bootstrap.bind(new InetSocketAddress("127.0.0.1", port)).awaitUninterruptibly();
    if (!binding.isSuccess()) {
      loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      throw new IOException("port " + port + " is taken", binding.cause());
    }
    channel = binding.channel();
  }

  /**
   * Starts to serve.
   *
   * @param port on 127.0.0.1; 0 for a free one
   * @throws IOException when the port is taken
   */
  public static ApiServer start(Resources resources, PodLogs logs, int port) throws IOException {
    return new ApiServer(resources, logs, port);
  }

  public int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** For example {@code http://127.0.0.1:16443}. */
  public String url() {
    return "http://127.0.0.1:" + port();
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
