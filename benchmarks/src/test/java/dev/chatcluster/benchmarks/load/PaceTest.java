package dev.chatcluster.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
  @Test
  void stepsAreDueEvenlyAndNoneIsTakenBeforeItIsDueOrLeftOut() {
    long begin = System.nanoTime();
    List<Long> due = new ArrayList<>();
    Pace.keep(
        1_000,
        begin,
        begin + TimeUnit.MILLISECONDS.toNanos(50),
        (index, at) -> {
          assertThat(System.nanoTime() - at).isNotNegative();
          due.add(at - begin);
        });
    assertThat(due).hasSize(50);
    assertThat(due.get(49)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(49));
  }

  @Test
  void anInterruptionEndsIt() throws Exception {
    Thread thread =
        Thread.ofPlatform().start(() -> Pace.keep(10, System.nanoTime(), (index, due) -> {}));
    thread.interrupt();
    assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
  }
}
