package dev.chatcluster.benchmarks.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Processor time and memory of a process. */
public final class ProcessStats {
  /** Linux has counted in hundredths of a second for user space on every machine so far. */
  private static final long NANOS_PER_TICK = 10_000_000;

  private ProcessStats() {}

  /**
   * User and system time so far, of all threads.
   *
   * @throws UncheckedIOException when there is no such process
   */
  public static Duration cpu(long pid) {
    String stat = read(Path.of("/proc/" + pid + "/stat"));
    // The command's name stands in parentheses and may hold anything, so count from its end.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Duration.ofNanos(
        (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * NANOS_PER_TICK);
  }

  /** Resident memory in bytes; 0 for a process that has ended. */
  public static long residentBytes(long pid) {
    return kibibytes(Path.of("/proc/" + pid + "/status"), "VmRSS:");
  }

  /** Resident memory in bytes, of shared pages only its share; 0 for a process that has ended. */
  public static long proportionalBytes(long pid) {
    return kibibytes(Path.of("/proc/" + pid + "/smaps_rollup"), "Pss:");
  }

  private static long kibibytes(Path file, String name) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .sum();
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  /** The process and all that it started, directly or not, that still run. */
  public static List<ProcessHandle> tree(ProcessHandle root) {
    return Stream.concat(Stream.of(root), root.descendants())
        .filter(ProcessHandle::isAlive)
        .toList();
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
