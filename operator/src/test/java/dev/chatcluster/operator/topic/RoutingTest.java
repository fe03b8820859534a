package dev.chatcluster.operator.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoutingTest {
  private static final List<Long> ENDS = List.of(100L, 100L, 100L);

  @Test
  void isWellWhenWhatIsNotPassedIsYoung() {
    Routing routing =
        Routing.of(List.of(100L, 80L, 100L), List.of(0L, 0L, 100L), List.of(70L, 80L, -1L), ENDS);
    assertThat(routing.advice()).isEmpty();
    assertThat(routing.troubles("t")).isEmpty();
  }

  @Test
  void warnsBeforeRetentionAndSaysWhenItWasTooLate() {
    Routing routing =
        Routing.of(List.of(79L, 99L, 4L), List.of(0L, 0L, 5L), List.of(80L, -1L, 80L), ENDS);
    assertThat(routing.near()).containsExactly(0, 1);
    assertThat(routing.advice().orElseThrow().message()).contains("[0, 1]");
    assertThat(routing.troubles("t"))
        .singleElement()
        .satisfies(t -> assertThat(t.partition()).isEqualTo(2));
  }

  @Test
  void knowsNoTimeWithoutRetentionByTime() {
    Routing routing = Routing.of(List.of(0L), List.of(0L), List.of(), List.of(100L));
    assertThat(routing.advice()).isEmpty();
  }
}
