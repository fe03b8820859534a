package dev.chatcluster.e2e.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A run as long as one likes; exit code 1 when something happened that must not. */
final class ChaosMain {
  private ChaosMain() {}

  public static void main(String[] arguments) throws Exception {
    Settings settings = Settings.parse(List.of(arguments));
    Report report = new Chaos(settings, folder(settings)).run();
    System.out.println(report.table());
    System.out.println(report.isClean() ? "Nothing happened that must not." : "FAILED");
    System.exit(report.isClean() ? 0 : 1);
  }

  /** A new one each time: what a run that was cut off has left is another log. */
  static Path folder(Settings settings) throws IOException {
    Path target = Files.createDirectories(Path.of("target"));
    return Files.createTempDirectory(target, "chaos-" + settings.seed() + "-");
  }
}
