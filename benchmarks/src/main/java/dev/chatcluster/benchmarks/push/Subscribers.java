package dev.chatcluster.benchmarks.push;

import dev.chatcluster.benchmarks.client.ClientLoop;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/** All the connections. */
final class Subscribers implements AutoCloseable {
  private static final int CONNECTING_AT_ONCE = 50;

  private final ClientLoop loop = new ClientLoop();
  private final SingleWriterRecorder latencies =
      new SingleWriterRecorder(TimeUnit.MINUTES.toNanos(5), 3);
  private final List<Subscriber> all = new ArrayList<>();

  /** Connects and subscribes; returns when the server has confirmed all. */
  Subscribers(URI server, Options options) throws Exception {
    for (int i = 0; i < options.rooms() * options.subscribers(); i++) {
      Subscriber subscriber = new Subscriber(server, name(i % options.rooms()), options, latencies);
      loop.connect(subscriber).sync();
      all.add(subscriber);
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

  /** Publishes through the server itself, on the connection of a room's first subscriber. */
  void publish(int room, byte[] body) {
    all.get(room).publish(body);
  }

  /** What was recorded since the last call. */
  Histogram interval() {
    return latencies.getIntervalHistogram();
  }

  long received() {
    return all.stream().mapToLong(Subscriber::received).sum();
  }

  long disorder() {
    return all.stream().mapToLong(Subscriber::disorder).sum();
  }

  long closed() {
    return all.stream().filter(Subscriber::isClosed).count();
  }

  @Override
  public void close() {
    loop.close();
  }
}
