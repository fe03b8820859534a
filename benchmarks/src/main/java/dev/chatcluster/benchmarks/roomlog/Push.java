package dev.chatcluster.benchmarks.roomlog;

import dev.chatcluster.benchmarks.process.Pod;
import dev.chatcluster.benchmarks.push.Measurement;
import dev.chatcluster.benchmarks.push.Options;
import dev.chatcluster.benchmarks.push.PushBenchmark;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The push benchmark beside what it gave before rooms had rings. */
final class Push implements Scenario {
  /**
   * @param rate deliveries a second
   * @param micros of the consumer's processor time, a delivery
   */
  private record Before(int rate, double p50, double p99, double micros) {}

  /** From docs/benchmarks.md, on the machine it names. */
  private static final List<Before> BEFORE =
      List.of(
          new Before(2_000, 3.6, 6.3, 23.8),
          new Before(20_000, 2.4, 7.7, 12.7),
          new Before(40_000, 1.3, 5.7, 10.6),
          new Before(80_000, 2.3, 22.3, 9.1));

  private static final String[] ARGUMENTS = {
    "--warm-up",
    "5",
    "--rates",
    BEFORE.stream().map(before -> String.valueOf(before.rate())).collect(Collectors.joining(","))
  };

  /** What differs by less is noise: two runs of one version do. */
  private static final double NOISE = 1.1;

  @Override
  public List<Figure> measure() throws Exception {
    List<Measurement> now = PushBenchmark.measureOurs(Options.parse(ARGUMENTS, Pod.JAVA_OPTIONS));
    return IntStream.range(0, BEFORE.size())
        .mapToObj(i -> compare(BEFORE.get(i), now.get(i)))
        .toList();
  }

  private static Figure compare(Before before, Measurement now) {
    double micros = now.cpuNanos() / 1e3;
    return Figure.of(
        "push, %,d deliveries/s: CPU a delivery".formatted(before.rate()),
        "≤ %.1f µs (before, + 10 %%)".formatted(before.micros() * NOISE),
        micros <= before.micros() * NOISE && now.disorder() == 0 && now.closed() == 0,
        "%.1f µs (before %.1f); p50 %.1f ms (before %.1f), p99 %.1f ms (before %.1f)",
        micros,
        before.micros(),
        now.latencies().getValueAtPercentile(50) / 1e6,
        before.p50(),
        now.latencies().getValueAtPercentile(99) / 1e6,
        before.p99());
  }
}
