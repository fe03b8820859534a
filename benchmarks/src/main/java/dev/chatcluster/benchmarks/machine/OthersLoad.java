package dev.chatcluster.benchmarks.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** How much of the processors' time went to processes that this one did not start. */
public final class OthersLoad {
  private final long[] machineBefore = Machine.busyAndTotal();
  private final long oursBefore = ours();

  /** From the making of this until now, as a share of all processors' time, 0 to 1. */
  public double share() {
    long[] machine = Machine.busyAndTotal();
    long busy = machine[0] - machineBefore[0];
    double others = busy - (ours() - oursBefore);
    return Math.max(0, others / Math.max(1, machine[1] - machineBefore[1]));
  }

  /** Ticks of this process and all it has started, ended ones that were waited for included. */
  private static long ours() {
    return ProcessStats.tree(ProcessHandle.current()).stream()
        .mapToLong(process -> ticks(process.pid()))
        .sum();
  }

  private static long ticks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      // utime, stime, cutime, cstime; the command's name before them may hold anything
      return Arrays.stream(stat.substring(stat.lastIndexOf(')') + 2).split(" "), 11, 15)
          .mapToLong(Long::parseLong)
          .sum();
    } catch (IOException ended) {
      return 0;
    }
  }
}
