package dev.chatcluster.consumer.metrics;

import dev.chatcluster.roomlog.room.Located.Nowhere;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What the live reading sees; the reader's thread writes, anybody may look. */
public final class ReaderMetrics {
  private final MeterRegistry registry;
  private final Map<Nowhere, Counter> skipped = new EnumMap<>(Nowhere.class);
  private final Map<Integer, OfPartition> partitions = new HashMap<>();
  private final Counter violations;
  private final AtomicLong ringBytes = new AtomicLong();
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicInteger followed = new AtomicInteger();
  private final AtomicInteger rooms = new AtomicInteger();
  private final AtomicInteger listeners = new AtomicInteger();

  public ReaderMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (Nowhere reason : Nowhere.values()) {
      skipped.put(
          reason,
          Counter.builder("chat.records.skipped")
              .description("Records that belong to no room, by why")
              .tag("reason", reason.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    violations =
        Counter.builder("chat.invariant.violations")
            .description("Times the log contradicted what was read of it; must stay 0")
            .register(registry);
    for (String kind : List.of("barrier", "copy")) forgedCounter(kind);
    Gauge.builder("chat.history.bytes", ringBytes, AtomicLong::get)
        .description("Memory that the rooms' last messages take, about")
        .register(registry);
    gauge("chat.history.rooms", "Rooms whose last messages are kept", held);
    gauge("chat.followed.partitions", "Partitions read beside the pod's own", followed);
    gauge("chat.rooms", "Rooms that somebody here listens to", rooms);
    gauge("chat.listeners", "Subscriptions that are live in a room", listeners);
  }

  private void gauge(String name, String description, AtomicInteger value) {
    Gauge.builder(name, value, AtomicInteger::get).description(description).register(registry);
  }

  /** One partition's meters. */
  public static final class OfPartition {
    private final Counter read;
    private final Counter strays;
    private final AtomicLong lag = new AtomicLong();

    private OfPartition(MeterRegistry registry, int partition) {
      String tag = Integer.toString(partition);
      read =
          Counter.builder("chat.records.read")
              .description("Records read live")
              .tag("partition", tag)
              .register(registry);
      strays =
          Counter.builder("chat.strays")
              .description("Records in a partition that does not own their room; not delivered")
              .tag("partition", tag)
              .register(registry);
      Gauge.builder("chat.lag", lag, AtomicLong::get)
          .description("Records between the live reading and the stable end of the partition")
          .tag("partition", tag)
          .register(registry);
    }

    /** So many records were read. */
    public void read(int records) {
      read.increment(records);
    }

    /** A record does not belong here. */
    public void stray() {
      strays.increment();
    }

    /** So many records are still to be read. */
    public void lag(long records) {
      lag.set(records);
    }
  }

  /** The meters of a partition; the same for the same number. */
  public OfPartition partition(int partition) {
    return partitions.computeIfAbsent(partition, p -> new OfPartition(registry, p));
  }

  private Counter forgedCounter(String kind) {
    return Counter.builder("chat.forged")
        .description("Records that say they are the protocol's and are not, by kind")
        .tag("kind", kind)
        .register(registry);
  }

  /** A record says that it is the protocol's, a {@code barrier} or a {@code copy}, and is not. */
  public void forged(String kind) {
    forgedCounter(kind).increment();
  }

  /** The log contradicted what was read of it. */
  public void invariantViolated() {
    violations.increment();
  }

  /** What is kept in memory now. */
  public void kept(int rooms, long bytes) {
    held.set(rooms);
    ringBytes.set(bytes);
  }

  /** A record belongs to no room. */
  public void skipped(Nowhere reason) {
    skipped.get(reason).increment();
  }

  /** What is read and listened to now. */
  public void now(int followedPartitions, int roomsListenedTo, int listening) {
    followed.set(followedPartitions);
    rooms.set(roomsListenedTo);
    listeners.set(listening);
  }
}
