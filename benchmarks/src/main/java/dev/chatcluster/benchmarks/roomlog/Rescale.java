package dev.chatcluster.benchmarks.roomlog;

import dev.chatcluster.benchmarks.process.Stack;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * The partition count changes under load, on all that the quickstart starts. The clients are
 * connected to the two pods that stay.
 */
final class Rescale implements Scenario {
  private static final int ROOMS = 100;
  private static final double PER_SECOND = 2_000;
  private static final int BODY_BYTES = 128;
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final Duration AFTER = Duration.ofSeconds(8);
  private static final Duration PUBLISHED_WITHIN = Duration.ofSeconds(120);

  private final List<Integer> counts;
  private final boolean strays;
  private final Duration before;
  private final List<Step> steps = new ArrayList<>();
  private final Arrivals arrivals = new Arrivals();

  /**
   * One change.
   *
   * @param before the quiet time before it
   * @param during from the request until some seconds after the epoch
   * @param cut from the cut to the epoch
   */
  private record Step(int from, int to, Window before, Window during, Window cut) {
    boolean moves(int room) {
      return room % from != room % to;
    }

    double milliseconds() {
      return (cut.to() - cut.from()) / 1e6;
    }
  }

  /**
   * @param counts that it goes through; the first is the quickstart's
   * @param strays whether the producer keeps the first count for ever; else it follows the epochs
   * @param before time before each change that it is compared with
   */
  Rescale(List<Integer> counts, boolean strays, Duration before) {
    this.counts = counts;
    this.strays = strays;
    this.before = before;
  }

  @Override
  public List<Figure> measure() throws Exception {
    try (Stack stack = new Stack();
        ControlWatch control = new ControlWatch(stack.topic());
        Audience audience = new Audience()) {
      control.await(0, PUBLISHED_WITHIN);
      List<URI> stay = List.of(stack.url(0), stack.url(1));
      audience.add(
          IntStream.range(0, ROOMS)
              .mapToObj(room -> Follower.live(stay.get(room / 50), room, BODY_BYTES, arrivals))
              .toList());
      IntUnaryOperator partition =
          strays
              ? room -> room % counts.getFirst()
              : room -> control.current().partitionOf(String.valueOf(room));
      RoomFeed feed =
          new RoomFeed(
              stack.topic(),
              IntStream.range(0, ROOMS).boxed().toList(),
              PER_SECOND,
              BODY_BYTES,
              partition);
      try (feed) {
        TimeUnit.NANOSECONDS.sleep(WARM_UP.toNanos());
        for (int i = 1; i < counts.size(); i++)
          steps.add(step(stack, control, i, counts.get(i - 1), counts.get(i)));
      }
      long missing = Audience.awaitCount(feed.sent(), arrivals::count);
      long disorder = audience.disorder();
      return audience.ask(() -> figures(missing, disorder));
    }
  }

  private Step step(Stack stack, ControlWatch control, int epoch, int from, int to)
      throws Exception {
    long quiet = System.nanoTime();
    TimeUnit.NANOSECONDS.sleep(before.toNanos());
    long asked = System.nanoTime();
    stack.scale(to);
    Window cut = control.await(epoch, PUBLISHED_WITHIN);
    TimeUnit.NANOSECONDS.sleep(AFTER.toNanos());
    return new Step(from, to, new Window(quiet, asked), new Window(asked, System.nanoTime()), cut);
  }

  private List<Figure> figures(long missing, long disorder) {
    return List.of(moved(), staying(), order(missing, disorder), cuts());
  }

  private String name() {
    return "rescale %s under 2,000 messages/s in 100 rooms, %s"
        .formatted(
            String.join(" → ", counts.stream().map(String::valueOf).toList()),
            strays ? "with strays" : "without strays");
  }

  private Figure moved() {
    Histogram pauses = new Histogram(TimeUnit.MINUTES.toNanos(10), 3);
    List<String> words = new ArrayList<>();
    for (Step step : steps) {
      Histogram here = arrivals.pauses(step.during(), step::moves);
      pauses.add(here);
      words.add(
          String.format(
              Locale.ROOT,
              "%d → %d: p50 %.0f, max %.0f ms of %d",
              step.from(),
              step.to(),
              ms(here, 50),
              ms(here, 100),
              here.getTotalCount()));
    }
    double p99 = ms(pauses, 99);
    return Figure.of(
        name() + ": pause of a moved room",
        "p99 ≤ 250 ms",
        p99 <= 250,
        "p50 %.0f, p99 %.0f ms (%s)",
        ms(pauses, 50),
        p99,
        String.join("; ", words));
  }

  private Figure staying() {
    double worst = Double.NEGATIVE_INFINITY;
    List<String> words = new ArrayList<>();
    for (Step step : steps) {
      IntPredicate stays = room -> !step.moves(room);
      double was = ms(arrivals.pauses(step.before(), stays), 100);
      double is = ms(arrivals.pauses(step.during(), stays), 100);
      worst = Math.max(worst, is - was);
      words.add(
          String.format(
              Locale.ROOT,
              "%d → %d: %.0f ms, before %.0f (p99 of all messages %.1f, before %.1f)",
              step.from(),
              step.to(),
              is,
              was,
              ms(arrivals.latencies(step.during(), stays), 99),
              ms(arrivals.latencies(step.before(), stays), 99)));
    }
    int allowed = strays ? 50 : 10;
    return Figure.of(
        name() + ": largest pause of a staying room",
        strays ? "≤ 50 ms above the time before" : "no difference (≤ 10 ms)",
        worst <= allowed,
        "%s",
        String.join("; ", words));
  }

  private Figure order(long missing, long disorder) {
    if (!strays) {
      // This producer changes its partitions without waiting, so its messages may swap there.
      return Figure.of(name() + ": messages lost", "0", missing == 0, "%d", missing);
    }
    return Figure.of(
        name() + ": messages lost; lost, doubled or out of order",
        "0; 0",
        missing == 0 && disorder == 0,
        "%d; %d",
        missing,
        disorder);
  }

  private Figure cuts() {
    return Figure.reported(
        name() + ": from the cut to the epoch; from the request",
        "%s",
        String.join(
            ", ",
            steps.stream()
                .map(
                    step ->
                        String.format(
                            Locale.ROOT,
                            "%.0f ms; %.1f s",
                            step.milliseconds(),
                            (step.cut().to() - step.during().from()) / 1e9))
                .toList()));
  }

  private static double ms(Histogram histogram, double percentile) {
    return histogram.getValueAtPercentile(percentile) / 1e6;
  }
}
