package dev.chatcluster.consumer.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What routers do; their threads write, anybody may look. */
public final class RouterMetrics {
  private static final List<String> STATES = List.of("waiting", "starting", "running", "standby");

  private final MeterRegistry registry;
  private final Map<Integer, OfPartition> partitions = new ConcurrentHashMap<>();
  private final Timer commits;
  private final Counter deadLetters;
  private final Counter truncated;

  public RouterMetrics(MeterRegistry registry) {
    this.registry = registry;
    commits =
        Timer.builder("chat.router.commit")
            .description("One transaction with copies of strays, from begin to commit")
            .serviceLevelObjectives(
                Duration.ofMillis(2),
                Duration.ofMillis(5),
                Duration.ofMillis(10),
                Duration.ofMillis(25),
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(250),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5))
            .register(registry);
    deadLetters =
        counter("chat.strays.dead", "Strays that Kafka does not take at their room's partition");
    truncated =
        counter(
            "chat.router.truncated", "Times that Kafka had deleted records that were to be routed");
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  /** One partition's meters. */
  public final class OfPartition {
    private final Counter routed;
    private final Counter fenced;
    private final AtomicLong lag = new AtomicLong();
    private volatile String state = "none";

    private OfPartition(int partition) {
      String tag = Integer.toString(partition);
      routed =
          Counter.builder("chat.strays.routed")
              .description("Strays forwarded to the partition of their room")
              .tag("partition", tag)
              .register(registry);
      fenced =
          Counter.builder("chat.router.fenced")
              .description("Times that the router was fenced, by another one or by a cut")
              .tag("partition", tag)
              .register(registry);
      Gauge.builder("chat.stray.lag", lag, AtomicLong::get)
          .description("Records between the router's position and the live reading")
          .tag("partition", tag)
          .register(registry);
      for (String each : STATES) {
        Gauge.builder("chat.router.state", () -> each.equals(state) ? 1 : 0)
            .description("1 for the state that the router is in")
            .tag("partition", tag)
            .tag("state", each)
            .register(registry);
      }
    }

    /** So many strays were forwarded in a transaction that took so long. */
    public void routed(int strays, long nanos) {
      routed.increment(strays);
      commits.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Another one took its place. */
    public void fenced() {
      fenced.increment();
    }

    /** So many records are still to be looked at. */
    public void lag(long records) {
      lag.set(records);
    }

    /** It is in that state now; none of them when it has ended. */
    public void state(String now) {
      state = now;
    }
  }

  /** The meters of a partition; the same for the same number. */
  public OfPartition partition(int partition) {
    return partitions.computeIfAbsent(partition, OfPartition::new);
  }

  /** A stray was given up. */
  public void deadLetter() {
    deadLetters.increment();
  }

  /** Records that were to be routed are gone. */
  public void truncated() {
    truncated.increment();
  }
}
