package dev.chatcluster.benchmarks.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ProcessStatsTest {
  private final long self = ProcessHandle.current().pid();

  @Test
  void processorTimeGrowsByWhatThisProcessBurns() {
    Duration before = ProcessStats.cpu(self);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(400);
    while (System.nanoTime() < end) Thread.onSpinWait();
    assertThat(ProcessStats.cpu(self).minus(before))
        .isBetween(Duration.ofMillis(50), Duration.ofSeconds(10));
  }

  @Test
  void residentMemoryHoldsAtLeastTheHeapInUse() {
    long heap = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    assertThat(ProcessStats.residentBytes(self)).isGreaterThan(heap);
  }

  @Test
  void theMachineIsNamed() {
    assertThat(Machine.describe()).contains("processors", "GiB", "Linux", "JDK");
  }
}
