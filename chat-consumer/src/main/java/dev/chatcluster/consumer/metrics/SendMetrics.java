package dev.chatcluster.consumer.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** What becomes of clients' messages; any thread. */
public final class SendMetrics {
  private final MeterRegistry registry;
  private final Timer acknowledged;
  private final Counter repeated;
  private final Counter refused;
  private final Counter unknown;
  private final Counter badAcks;
  private final AtomicInteger holding = new AtomicInteger();

  public SendMetrics(MeterRegistry registry) {
    this.registry = registry;
    acknowledged =
        Timer.builder("chat.send")
            .description("From taking a SEND to Kafka's acknowledgement")
            .serviceLevelObjectives(
                Duration.ofMillis(1),
                Duration.ofMillis(2),
                Duration.ofMillis(5),
                Duration.ofMillis(10),
                Duration.ofMillis(25),
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(250),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30))
            .register(registry);
    repeated =
        Counter.builder("chat.sends.repeated")
            .description("SENDs answered from the memory of idempotency keys, not written again")
            .register(registry);
    refused = failed("refused");
    unknown = failed("unacknowledged");
    badAcks =
        Counter.builder("chat.sends.bad.ack")
            .description("SENDs whose after-ack is no ack of this log and room; taken as without")
            .register(registry);
    Gauge.builder("chat.sends.holding", holding, AtomicInteger::get)
        .description("Sessions whose SENDs wait until earlier ones of their room are routed")
        .register(registry);
  }

  private Counter failed(String reason) {
    return Counter.builder("chat.sends.failed")
        .description(
            "SENDs that failed: refused for good, or unacknowledged so that a retry is due")
        .tag("reason", reason)
        .register(registry);
  }

  /** Watches what waits for Kafka. */
  public void waiting(Supplier<Number> messages, Supplier<Number> bytes) {
    Gauge.builder("chat.sends.waiting", messages)
        .description("SENDs taken and not yet answered")
        .register(registry);
    Gauge.builder("chat.sends.waiting.bytes", bytes)
        .description("Bytes of their bodies and headers")
        .baseUnit("bytes")
        .register(registry);
  }

  /** Kafka has it. */
  public void acknowledged(long nanos) {
    acknowledged.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Kafka had it already. */
  public void repeated() {
    repeated.increment();
  }

  /** So many sessions wait for routers now. */
  public void holding(int sessions) {
    holding.set(sessions);
  }

  /** A client gave an ack that cannot be. */
  public void badAck() {
    badAcks.increment();
  }

  /** It is not known to be in the log. */
  public void failed(boolean retry) {
    (retry ? unknown : refused).increment();
  }
}
