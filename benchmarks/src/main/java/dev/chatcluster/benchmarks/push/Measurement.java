package dev.chatcluster.benchmarks.push;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What one rate gave.
 *
 * @param asked deliveries a second
 * @param delivered deliveries a second that came
 * @param latencies from the time a message was due to its receipt, in nanoseconds
 * @param cpuNanos the server's processor time for one delivery; 0 when not measured
 * @param residentBytes the server's memory at the end
 * @param busy share of all processors' time, by whatever process
 * @param others the part of {@code busy} that server, broker and load did not take: noise
 * @param disorder messages that did not follow their predecessor, warm-up included
 * @param closed connections that were lost since the start
 */
public record Measurement(
    int asked,
    double delivered,
    Histogram latencies,
    double cpuNanos,
    long residentBytes,
    double busy,
    double others,
    long disorder,
    long closed) {
  static final String HEAD =
      """
      | deliveries/s asked | delivered/s | p50 ms | p99 ms | max ms | CPU µs a delivery | RSS MiB | machine busy | by others | out of order | lost connections |
      |---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|""";

  String row() {
    return String.format(
        Locale.ROOT,
        "| %,d | %,.0f | %.1f | %.1f | %.1f | %.1f | %d | %.0f %% | %.0f %% | %d | %d |",
        asked,
        delivered,
        latencies.getValueAtPercentile(50) / 1e6,
        latencies.getValueAtPercentile(99) / 1e6,
        latencies.getMaxValue() / 1e6,
        cpuNanos / 1e3,
        residentBytes >> 20,
        busy * 100,
        others * 100,
        disorder,
        closed);
  }
}
