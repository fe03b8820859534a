package dev.chatcluster.operator.health;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/**
 * Alive as long as what it watches has not been unhealthy for a whole while: a watch that the API
 * server has just closed is opened again by itself. Thread-safe.
 */
public final class Liveness implements BooleanSupplier {
  private final BooleanSupplier healthy;
  private final Duration grace;
  private final InstantSource clock;
  private Instant unhealthySince;

  public Liveness(BooleanSupplier healthy, Duration grace, InstantSource clock) {
    this.healthy = healthy;
    this.grace = grace;
    this.clock = clock;
  }

  @Override
  public synchronized boolean getAsBoolean() {
    if (healthy.getAsBoolean()) {
      unhealthySince = null;
      return true;
    }
    Instant now = clock.instant();
    if (unhealthySince == null) unhealthySince = now;
    return unhealthySince.plus(grace).isAfter(now);
  }
}
