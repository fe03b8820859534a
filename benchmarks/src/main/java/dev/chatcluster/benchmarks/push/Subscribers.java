package dev.chatcluster.benchmarks.push;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/** All the connections. One event loop has them: the load shall take little of the machine. */
final class Subscribers implements AutoCloseable {
  private static final int LOOPS = 1;
  private static final int CONNECTING_AT_ONCE = 50;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          LOOPS, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  private final Map<EventLoop, SingleWriterRecorder> recorders = new ConcurrentHashMap<>();
  private final List<Subscriber> all = new ArrayList<>();
  private final List<Subscriber> firstOfRoom = new ArrayList<>();

  /** Connects and subscribes; returns when the server has confirmed all. */
  Subscribers(URI server, Options options) throws Exception {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .remoteAddress(server.getHost(), server.getPort());
    for (int i = 0; i < options.rooms() * options.subscribers(); i++) {
      int room = i % options.rooms();
      List<Subscriber> created = new ArrayList<>();
      bootstrap
          .handler(
              new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel channel) {
                  Subscriber subscriber =
                      new Subscriber(server, name(room), options, recorder(channel.eventLoop()));
                  created.add(subscriber);
                  channel.pipeline().addLast(subscriber);
                }
              })
          .connect()
          .sync();
      Subscriber subscriber = created.getFirst();
      all.add(subscriber);
      if (i < options.rooms()) firstOfRoom.add(subscriber);
      if (all.size() % CONNECTING_AT_ONCE == 0) awaitSubscribed();
    }
    awaitSubscribed();
  }

  static String name(int room) {
    return String.valueOf(room);
  }

  private void awaitSubscribed() throws Exception {
    for (Subscriber subscriber : all) subscriber.subscribed().get(30, TimeUnit.SECONDS);
  }

  private SingleWriterRecorder recorder(EventLoop loop) {
    return recorders.computeIfAbsent(
        loop, key -> new SingleWriterRecorder(TimeUnit.MINUTES.toNanos(5), 3));
  }

  /** Publishes through the server itself, on the connection of a room's first subscriber. */
  void send(int room, byte[] body) {
    firstOfRoom.get(room).send(body);
  }

  /** What was recorded since the last call. */
  Histogram interval() {
    Histogram sum = new Histogram(TimeUnit.MINUTES.toNanos(5), 3);
    recorders.values().forEach(recorder -> sum.add(recorder.getIntervalHistogram()));
    return sum;
  }

  long received() {
    return all.stream().mapToLong(Subscriber::received).sum();
  }

  long disorder() {
    return all.stream().mapToLong(Subscriber::disorder).sum();
  }

  long closed() {
    return all.stream().filter(Subscriber::closed).count();
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
