package dev.chatcluster.benchmarks.roomlog;

import dev.chatcluster.benchmarks.process.Broker;
import dev.chatcluster.benchmarks.process.Pod;
import dev.chatcluster.benchmarks.process.Topic;
import dev.chatcluster.roomlog.room.Partitioning;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * A producer writes every message to a partition that does not own its room; three pods forward
 * them. Clients are connected to the pods that own their rooms.
 */
final class Strays implements Scenario {
  private static final int PARTITIONS = 3;
  private static final int ROOMS = 99;
  private static final int BODY_BYTES = 128;
  private static final int WARM_UP_SECONDS = 15;

  private final double perSecond;
  private final int seconds;
  private final double p50;
  private final double p99;

  /**
   * @param p50 allowed, in milliseconds
   * @param p99 allowed, in milliseconds
   */
  Strays(double perSecond, int seconds, double p50, double p99) {
    this.perSecond = perSecond;
    this.seconds = seconds;
    this.p50 = p50;
    this.p99 = p99;
  }

  @Override
  public List<Figure> measure() throws Exception {
    Arrivals arrivals = new Arrivals();
    try (Broker broker = new Broker()) {
      Topic topic = Topic.create(broker, "strays", PARTITIONS, Partitioning.MODULO);
      try (Pod zero = new Pod(topic, "0", Pod.JAVA_OPTIONS, Map.of());
          Pod one = new Pod(topic, "1", Pod.JAVA_OPTIONS, Map.of());
          Pod two = new Pod(topic, "2", Pod.JAVA_OPTIONS, Map.of());
          Audience audience = new Audience()) {
        List<Pod> pods = List.of(zero, one, two);
        List<Integer> rooms = IntStream.range(0, ROOMS).boxed().toList();
        audience.add(
            rooms.stream()
                .map(
                    room ->
                        Follower.live(
                            pods.get(room % PARTITIONS).url(), room, BODY_BYTES, arrivals))
                .toList());
        RoomFeed feed =
            new RoomFeed(topic, rooms, perSecond, BODY_BYTES, room -> (room + 1) % PARTITIONS);
        long from;
        long to;
        try (feed) {
          TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
          from = System.nanoTime();
          TimeUnit.SECONDS.sleep(seconds);
          to = System.nanoTime();
        }
        long missing = Audience.awaitCount(feed.sent(), arrivals::count);
        long disorder = audience.disorder();
        Window window = new Window(from, to);
        return List.of(
            figure(
                audience.ask(() -> arrivals.latencies(window, room -> true)), missing, disorder));
      }
    }
  }

  private Figure figure(Histogram late, long missing, long disorder) {
    double median = late.getValueAtPercentile(50) / 1e6;
    double tail = late.getValueAtPercentile(99) / 1e6;
    return Figure.of(
        "stray → delivered at the right place, %,.0f strays/s for %d s"
            .formatted(perSecond, seconds),
        "p50 ≤ %.0f, p99 ≤ %.0f ms".formatted(p50, p99),
        median <= p50 && tail <= p99 && missing == 0 && disorder == 0,
        "p50 %.1f, p99 %.1f, max %.1f ms of %,d; lost %d, out of order %d",
        median,
        tail,
        late.getMaxValue() / 1e6,
        late.getTotalCount(),
        missing,
        disorder);
  }
}
