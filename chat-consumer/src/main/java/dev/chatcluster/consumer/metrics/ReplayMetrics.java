package dev.chatcluster.consumer.metrics;

import dev.chatcluster.consumer.room.Started.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What resuming clients cost. */
public final class ReplayMetrics {
  private final Map<Outcome, Counter> resumes = new EnumMap<>(Outcome.class);
  private final Counter read;
  private final AtomicInteger waiting = new AtomicInteger();

  public ReplayMetrics(MeterRegistry registry) {
    for (Outcome outcome : Outcome.values()) {
      if (outcome == Outcome.LIVE) continue;
      resumes.put(
          outcome,
          Counter.builder("chat.resumes")
              .description("Subscriptions that asked to resume, by what they were told")
              .tag("outcome", outcome.name().toLowerCase(java.util.Locale.ROOT))
              .register(registry));
    }
    read =
        Counter.builder("chat.replay.records")
            .description("Records read from Kafka again for clients that resume")
            .register(registry);
    io.micrometer.core.instrument.Gauge.builder("chat.replay.waiting", waiting, AtomicInteger::get)
        .description("Subscriptions whose history is being read from Kafka")
        .register(registry);
  }

  /** A request to resume was met; live starts are not counted. */
  public void resumed(Outcome outcome) {
    Counter counter = resumes.get(outcome);
    if (counter != null) counter.increment();
  }

  /** So many records were read again. */
  public void read(int records) {
    read.increment(records);
  }

  /** So many listeners wait for history now. */
  public void waiting(int listeners) {
    waiting.set(listeners);
  }
}
