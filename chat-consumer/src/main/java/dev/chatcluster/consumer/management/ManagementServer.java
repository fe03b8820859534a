package dev.chatcluster.consumer.management;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.util.function.Supplier;

/** The port that Kubernetes and Prometheus ask; apart from the clients' port. */
public final class ManagementServer implements AutoCloseable {
  private ManagementServer() {}

  /**
   * Binds and serves {@code /health/live}, {@code /health/ready} and {@code /metrics}.
   *
   * @param port 0 takes a free one
   * @throws IOException when the port cannot be bound; the message says which and why
   */
  public static ManagementServer start(
      String address, int port, Supplier<Readiness> readiness, PrometheusMeterRegistry registry)
      throws IOException {
    throw new IOException("not yet");
  }

  /** The port that is bound. */
  public int port() {
    return 0;
  }

  @Override
  public void close() {}
}
