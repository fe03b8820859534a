package dev.chatcluster.operator.rescale;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrozenTest {
  private static final List<String> A = List.of("a");

  private final Frozen frozen = new Frozen();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private List<String> look(List<String> open) {
    now = now.plusSeconds(1);
    return frozen.due(open, now);
  }

  @Test
  void oneIsFencedAtFirstSight() {
    assertThat(look(List.of())).isEmpty();
    assertThat(look(A)).isEqualTo(A);
  }

  @Test
  void oneThatWasFencedIsGivenTwiceAsManyLooksEachTime() {
    look(A);
    assertThat(look(A)).isEmpty();
    assertThat(look(A)).isEqualTo(A);
    for (int i = 0; i < 3; i++) assertThat(look(A)).isEmpty();
    assertThat(look(A)).isEqualTo(A);
    for (int times = 0; times < 40; times++) {
      for (int i = 0; i < 7; i++) assertThat(look(A)).isEmpty();
      assertThat(look(A)).isEqualTo(A);
    }
  }

  @Test
  void oneThatCommitsBetweenTwoLooksIsNotFencedAgain() {
    look(A);
    for (int i = 0; i < 20; i++) {
      assertThat(look(A)).isEmpty();
      assertThat(look(List.of())).isEmpty();
    }
  }

  @Test
  void eachIsCountedForItself() {
    look(A);
    assertThat(look(List.of("a", "b"))).isEqualTo(List.of("b"));
  }

  @Test
  void whatWasLongAgoIsForgotten() {
    look(A);
    now = now.plus(Duration.ofMinutes(11));
    assertThat(look(A)).isEqualTo(A);
  }
}
