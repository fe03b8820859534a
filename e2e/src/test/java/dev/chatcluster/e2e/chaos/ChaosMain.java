package dev.chatcluster.e2e.chaos;

import java.nio.file.Path;
import java.util.List;

/** A run as long as one likes; exit code 1 when something happened that must not. */
final class ChaosMain {
  private ChaosMain() {}

  public static void main(String[] arguments) throws Exception {
    Settings settings = Settings.parse(List.of(arguments));
    Report report = new Chaos(settings, Path.of("target/chaos-" + settings.seed())).run();
    System.out.println(report.table());
    System.out.println(report.isClean() ? "Nothing happened that must not." : "FAILED");
    System.exit(report.isClean() ? 0 : 1);
  }
}
