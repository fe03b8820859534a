package dev.chatcluster.benchmarks.quickstart;

import dev.chatcluster.benchmarks.machine.Machine;
import dev.chatcluster.benchmarks.machine.ProcessStats;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Time to ready and memory of {@code ./quickstart.sh}; run it in the project's folder, once built.
 */
public final class QuickstartBenchmark {
  private static final String READY = "ChatCluster is up after";
  private static final int RUNS = 3;
  private static final Duration SETTLE = Duration.ofSeconds(15);

  private QuickstartBenchmark() {}

  /** Measures and prints a table. */
  public static void main(String[] arguments) throws Exception {
    IO.println(Machine.describe());
    IO.println("");
    IO.println(
        "| run | folder | ready after s | processes | RSS MiB | PSS MiB | stopped after s | left over |");
    IO.println("|---:|---|---:|---:|---:|---:|---:|---:|");
    for (int run = 1; run <= RUNS; run++) {
      Path folder = Files.createTempDirectory("quickstart-benchmark");
      try {
        IO.println(measure(run, "empty", folder));
        IO.println(measure(run, "as it was left", folder));
      } finally {
        delete(folder);
      }
    }
  }

  private static String measure(int run, String what, Path folder) throws Exception {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(
                "./quickstart.sh",
                "--state",
                folder.resolve("state").toString(),
                "--kafka-port",
                "0",
                "--api-port",
                "0",
                "--page-port",
                "0")
            .redirectErrorStream(true)
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    BufferedReader output = process.inputReader();
    awaitReady(output);
    double ready = (System.nanoTime() - start) / 1e9;
    Thread.ofVirtual().start(() -> output.lines().forEach(line -> {}));
    TimeUnit.NANOSECONDS.sleep(SETTLE.toNanos());
    List<ProcessHandle> tree = ProcessStats.tree(process.toHandle());
    long resident = tree.stream().mapToLong(p -> ProcessStats.residentBytes(p.pid())).sum();
    long proportional = tree.stream().mapToLong(p -> ProcessStats.proportionalBytes(p.pid())).sum();
    long stop = System.nanoTime();
    // Not Process.destroy(), which closes the output that is still being read.
    process.toHandle().destroy();
    process.waitFor();
    double stopped = (System.nanoTime() - stop) / 1e9;
    long left = tree.stream().filter(ProcessHandle::isAlive).count();
    return String.format(
        Locale.ROOT,
        "| %d | %s | %.1f | %d | %d | %d | %.1f | %d |",
        run,
        what,
        ready,
        tree.size(),
        resident >> 20,
        proportional >> 20,
        stopped,
        left);
  }

  private static void awaitReady(BufferedReader output) throws IOException {
    StringBuilder before = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.contains(READY)) return;
      before.append(line).append('\n');
    }
    throw new IllegalStateException("It ended before it was ready:\n" + before);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
