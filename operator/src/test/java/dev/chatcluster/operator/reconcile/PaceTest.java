package dev.chatcluster.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.api.v1.ChatClusterStatus.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:10:00Z");
  private final Pace pace = Pace.withResync(Duration.ofMinutes(2));

  private Duration after(Problem... problems) {
    return after(pace, false, problems);
  }

  private static Duration after(Pace pace, boolean secrets, Problem... problems) {
    return pace.after(
        new ChatClusterStatus(
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            Arrays.asList(problems),
            List.of()),
        secrets,
        NOW);
  }

  private static Problem problem(String reason, long secondsAgo) {
    return new Problem(null, "x", reason, "", NOW.minusSeconds(secondsAgo).toString());
  }

  @Test
  void looksAgainAtTheResyncWhenAllIsWell() {
    assertThat(after()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void looksAtSecretsEveryTwoMinutesWhateverTheResync() {
    Pace rare = Pace.withResync(Duration.ofHours(1));
    assertThat(after(rare, false)).isEqualTo(Duration.ofHours(1));
    assertThat(after(rare, true)).isEqualTo(Duration.ofMinutes(2));
    assertThat(after(Pace.withResync(Duration.ofSeconds(30)), true))
        .isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void triesTroubleAgainWhenItIsTwiceAsOldAndAtLeastOnceAMinute() {
    assertThat(after(problem("KafkaUnreachable", 0))).isEqualTo(Duration.ofSeconds(1));
    assertThat(after(problem("KafkaUnreachable", 7))).isEqualTo(Duration.ofSeconds(7));
    assertThat(after(problem("KafkaUnreachable", 500))).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void goesByTheNewestTrouble() {
    assertThat(after(problem("KafkaUnreachable", 500), problem("NameTaken", 3)))
        .isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void doesNotHurryForWhatOnlyAnEditCanHeal() {
    assertThat(after(problem("InvalidSpec", 1), problem("RescaleBlocked", 1)))
        .isEqualTo(Duration.ofMinutes(2));
  }
}
