package dev.chatcluster.roomlog.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.chatcluster.roomlog.model.ModelRun.Kind;
import dev.chatcluster.roomlog.model.Tlc.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * The models of {@code room-log/model} hold; what must be reachable in them is; and each rule that
 * is broken on purpose violates what is named for it. Prints one line for each run.
 */
@Tag("slow")
class ModelTest {
  private static final Path MODELS = Path.of("model");
  private static final boolean LARGE = Boolean.getBoolean("model.large");
  private static final String ONLY = System.getProperty("model.only", "");
  private static final String ROW = "%-24s %-9s %-26s %11s %11s %6s %7s  %s%n";

  // Each run has one worker, so that two cores have two.
  private static final ExecutorService PROCESSES = Executors.newFixedThreadPool(2);

  @AfterAll
  static void stop() {
    PROCESSES.shutdownNow();
  }

  @TestFactory
  Stream<DynamicTest> models() throws IOException {
    Tlc tlc = new Tlc(MODELS, Path.of("target", "model"), LARGE ? 180 : 10);
    System.out.printf(
        ROW, "model", "kind", "run", "states", "distinct", "depth", "seconds", "result");
    List<DynamicTest> tests = new ArrayList<>();
    for (ModelRun run : runs()) {
      Future<Outcome> outcome = PROCESSES.submit(() -> tlc.run(run));
      tests.add(
          dynamicTest(
              run.module() + " " + run.kind() + " " + run.name(), () -> judge(run, outcome.get())));
    }
    return tests.stream();
  }

  private static List<ModelRun> runs() throws IOException {
    List<ModelRun> runs = new ArrayList<>();
    try (Stream<Path> files = Files.list(MODELS)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".cfg")).sorted().toList()) {
        if (file.getFileName().toString().startsWith(ONLY)) runs.addAll(ModelRun.of(file));
      }
    }
    runs.removeIf(run -> (run.kind() == Kind.LARGE) != LARGE);
    assertThat(runs).as("runs in %s", MODELS.toAbsolutePath()).isNotEmpty();
    return runs;
  }

  private static void judge(ModelRun run, Outcome outcome) {
    System.out.printf(
        ROW,
        run.module(),
        run.kind().name().toLowerCase(),
        run.name(),
        outcome.generated(),
        outcome.distinct(),
        outcome.depth(),
        "%.1f".formatted(outcome.seconds()),
        result(run, outcome));
    assertThat(outcome.violated())
        .as("%s of %s%n%s", run.name(), run.module(), outcome.output())
        .isEqualTo(run.property());
  }

  private static String result(ModelRun run, Outcome outcome) {
    if (outcome.violated() == null) return "holds";
    return run.kind() == Kind.REACH ? "reached" : "violates " + outcome.violated();
  }
}
