package dev.chatcluster.benchmarks.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The machine, as a figure's reader wants to know it. */
public final class Machine {
  private Machine() {}

  /** One sentence: processor, number of them, memory, kernel, JDK. */
  public static String describe() {
    String model =
        first("/proc/cpuinfo", "model name").replaceFirst("^.*?:\\s*", "").replaceAll("\\s+", " ");
    long gibibytes =
        Math.round(
            Long.parseLong(first("/proc/meminfo", "MemTotal").replaceAll("\\D", "")) / 1048576.0);
    return "%s, %d processors, %d GiB, Linux %s, JDK %s"
        .formatted(
            model.isBlank() ? System.getProperty("os.arch") : model,
            Runtime.getRuntime().availableProcessors(),
            gibibytes,
            System.getProperty("os.version"),
            Runtime.version());
  }

  /** Busy and total time of all processors since the start, in ticks. */
  public static long[] busyAndTotal() {
    long[] ticks =
        Arrays.stream(first("/proc/stat", "cpu ").trim().split("\\s+"))
            .skip(1)
            .mapToLong(Long::parseLong)
            .toArray();
    long total = Arrays.stream(ticks).limit(8).sum();
    return new long[] {total - ticks[3] - ticks[4], total};
  }

  private static String first(String file, String prefix) {
    try (var lines = Files.lines(Path.of(file))) {
      return lines.filter(line -> line.startsWith(prefix)).findFirst().orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
