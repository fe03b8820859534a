package dev.chatcluster.benchmarks.roomlog;

import dev.chatcluster.benchmarks.machine.Machine;
import dev.chatcluster.benchmarks.machine.OthersLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Measures what is named, or everything, and prints each figure beside its goal. */
public final class RoomLogBenchmark {
  /** Held, since java.util.logging forgets the level of a logger that nobody holds. */
  private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static final Map<String, Scenario> ALL = new LinkedHashMap<>();

  static {
    ALL.put("rescale-strays", new Rescale(List.of(3, 6, 2), true, MINUTE));
    ALL.put("rescale", new Rescale(List.of(3, 6, 2), false, MINUTE));
    ALL.put("rescale-16", new Rescale(List.of(3, 16, 3), true, Duration.ofSeconds(20)));
    ALL.put("strays-few", new Strays(20, 60, 15, 150));
    ALL.put("strays-only", new Strays(2_000, 60, 25, 200));
    ALL.put("frozen", new FrozenRouter());
    ALL.put("memory", new RingMemory());
    ALL.put("storm", new ResumeStorm());
    ALL.put("large", new LargePartition());
    ALL.put("push", new Push());
  }

  private RoomLogBenchmark() {}

  /**
   * Measures.
   *
   * @param arguments names of scenarios; none: all
   */
  public static void main(String[] arguments) throws Exception {
    KAFKA.setLevel(Level.WARNING);
    List<String> names = arguments.length == 0 ? List.copyOf(ALL.keySet()) : List.of(arguments);
    if (!ALL.keySet().containsAll(names)) {
      System.err.println("usage: room-log [" + String.join("|", ALL.keySet()) + "]...");
      System.exit(2);
    }
    IO.println(Machine.describe());
    List<Figure> figures = new ArrayList<>();
    for (String name : names) figures.addAll(measure(name));
    IO.println("\n" + Figure.HEAD);
    figures.forEach(figure -> IO.println(figure.row()));
    // Whatever is still connected or running is of no more use.
    System.exit(figures.stream().anyMatch(f -> f.verdict() == Figure.Verdict.NO) ? 1 : 0);
  }

  private static List<Figure> measure(String name) {
    OthersLoad others = new OthersLoad();
    List<Figure> figures;
    try {
      figures = ALL.get(name).measure();
    } catch (Exception e) {
      e.printStackTrace();
      figures = List.of(new Figure(name, "measured at all", e.toString(), Figure.Verdict.NO));
    }
    IO.println(
        "\n%s (others took %.0f %% of the processors)".formatted(name, 100 * others.share()));
    figures.forEach(figure -> IO.println(figure.row()));
    return figures;
  }
}
