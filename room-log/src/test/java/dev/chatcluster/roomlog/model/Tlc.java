package dev.chatcluster.roomlog.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tlc2.TLC;

/** Runs TLC, each time in a process and a directory of its own: it keeps its state in statics. */
final class Tlc {
  private static final Pattern STATES =
      Pattern.compile("(?m)^(\\d+) states generated, (\\d+) distinct states found");
  private static final Pattern DEPTH =
      Pattern.compile("depth of the complete state graph search is (\\d+)");
  private static final Pattern VIOLATED = Pattern.compile("Error: Invariant (\\S+) is violated");

  private final Path models;
  private final Path work;
  private final long minutes;

  /**
   * @param models directory of the modules
   * @param work directory for what TLC writes
   * @param minutes after which a run is given up
   */
  Tlc(Path models, Path work, long minutes) {
    this.models = models;
    this.work = work;
    this.minutes = minutes;
  }

  /**
   * What TLC found.
   *
   * @param violated name of the property; null when all hold
   * @param output of TLC
   */
  record Outcome(
      String violated, long generated, long distinct, long depth, double seconds, String output) {}

  Outcome run(ModelRun run) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory(Files.createDirectories(work), run.module());
    try {
      copyModules(directory);
      Files.writeString(directory.resolve("run.cfg"), run.configuration());
      Path output = directory.resolve("output");
      long start = System.nanoTime();
      Process process =
          new ProcessBuilder(command(run, directory))
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
          throw new IOException(run.name() + " was not done after " + minutes + " minutes");
        }
      } finally {
        process.destroyForcibly();
      }
      return outcome(run, Files.readString(output), (System.nanoTime() - start) / 1e9);
    } finally {
      delete(directory);
    }
  }

  private void copyModules(Path directory) throws IOException {
    try (Stream<Path> modules = Files.list(models)) {
      for (Path module : modules.filter(file -> file.toString().endsWith(".tla")).toList()) {
        Files.copy(module, directory.resolve(module.getFileName()));
      }
    }
  }

  private static List<String> command(ModelRun run, Path directory) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    // The better compiler costs more than it saves in a run of a few seconds.
    if (run.kind() != ModelRun.Kind.LARGE) command.add("-XX:TieredStopAtLevel=1");
    // TLC unpacks its standard modules there.
    command.add("-Djava.io.tmpdir=" + directory.toAbsolutePath());
    URL tools = TLC.class.getProtectionDomain().getCodeSource().getLocation();
    command.addAll(List.of("-cp", Path.of(URI.create(tools.toString())).toString()));
    command.addAll(
        List.of("tlc2.TLC", "-workers", "1", "-metadir", "states", "-config", "run.cfg"));
    command.add(run.module());
    return command;
  }

  private static Outcome outcome(ModelRun run, String output, double seconds) {
    Matcher invariant = VIOLATED.matcher(output);
    String violated;
    if (output.contains("No error has been found")) violated = null;
    else if (invariant.find()) violated = invariant.group(1);
    // TLC does not say which one; a run that expects it checks one only.
    else if (output.contains("Temporal properties were violated")) violated = run.property();
    else violated = "TLC failed";
    MatchResult states = last(STATES, output);
    MatchResult depth = last(DEPTH, output);
    return new Outcome(
        violated,
        states == null ? 0 : Long.parseLong(states.group(1)),
        states == null ? 0 : Long.parseLong(states.group(2)),
        depth == null ? 0 : Long.parseLong(depth.group(1)),
        seconds,
        output);
  }

  private static MatchResult last(Pattern pattern, String text) {
    return pattern.matcher(text).results().reduce((a, b) -> b).orElse(null);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      all.sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
