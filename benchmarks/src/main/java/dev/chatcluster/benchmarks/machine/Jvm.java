package dev.chatcluster.benchmarks.machine;

import java.io.IOException;
import java.nio.file.Path;

/** What a Java process says about itself. */
public final class Jvm {
  private Jvm() {}

  /** Bytes of the objects that are in use, after a full collection. */
  public static long liveBytes(long pid) throws IOException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                String.valueOf(pid),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    // Its last line: Total <instances> <bytes>
    return jcmd.inputReader()
        .lines()
        .filter(line -> line.startsWith("Total"))
        .mapToLong(line -> Long.parseLong(line.trim().split("\\s+")[2]))
        .findFirst()
        .orElseThrow(() -> new IOException("jcmd says no total of the heap of process " + pid));
  }
}
