package dev.chatcluster.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The small run of every build; {@code e2e/chaos.sh} does longer ones. */
@Tag("slow")
@Timeout(420)
class ChaosTest {
  @Test
  void everyRoomHasOneOrderThoughEverythingFails() throws Exception {
    Settings settings =
        new Settings(Duration.ofMinutes(2), System.nanoTime(), 1, 1000, 1000, 5, Duration.ZERO);
    Report report = new Chaos(settings, ChaosMain.folder(settings)).run();
    System.out.println(report.table());
    assertThat(report.findings().damage()).as("seed %d", settings.seed()).isEmpty();
    assertThat(report.complaints()).isEmpty();
    assertThat(report.log().epochs()).isGreaterThanOrEqualTo(3);
    assertThat(report.findings().messages()).isGreaterThan(5_000);
    assertThat(report.log().strays()).isGreaterThan(500);
    assertThat(report.faults().values().stream().mapToInt(n -> n).sum()).isGreaterThan(5);
  }
}
