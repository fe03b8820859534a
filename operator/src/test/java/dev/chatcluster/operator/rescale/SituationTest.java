package dev.chatcluster.operator.rescale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.operator.rescale.Phase.Cutting;
import dev.chatcluster.operator.rescale.Phase.Leaving;
import dev.chatcluster.operator.rescale.Phase.Preparing;
import dev.chatcluster.operator.rescale.Phase.Stable;
import dev.chatcluster.operator.rescale.Phase.Step;
import dev.chatcluster.operator.rescale.Phase.Wait;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SituationTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final LogId ID = new LogId("log", "topic");

  private static ControlState log(int... counts) {
    ControlState log = ControlState.EMPTY;
    for (int k = 0; k < counts.length; k++) {
      if (k > 0) log = log.apply(cut(k, counts[k]));
      List<Long> zeros = Collections.nCopies(10, 0L);
      log =
          log.apply(
              new EpochPublished(
                  ID, new Epoch(k, counts[k], Partitioning.KAFKA_DEFAULT, zeros, zeros)));
    }
    return log;
  }

  private static CutStarted cut(int number, int count) {
    return new CutStarted(ID, number, count, Partitioning.KAFKA_DEFAULT, List.of(), "nonce");
  }

  private static Map<Integer, Boolean> ready(int count) {
    Map<Integer, Boolean> deployed = new HashMap<>();
    for (int p = 0; p < count; p++) deployed.put(p, true);
    return deployed;
  }

  @Test
  void growsTheTopicBeforePodsStart() {
    Phase phase = new Situation(log(2), 4, true, 3, ready(2), Optional.empty()).phase(NOW);
    assertThat(phase).isEqualTo(new Preparing(2, 4, List.of(new Wait.Topic(4))));
    assertThat(phase.pods()).isEqualTo(2);
  }

  @Test
  void waitsForNewPodsAndProducersAtTheSameTime() {
    Instant later = NOW.plusSeconds(1);
    Situation situation = new Situation(log(2), 4, true, 4, ready(3), Optional.of(later));
    assertThat(situation.phase(NOW))
        .isEqualTo(
            new Preparing(2, 4, List.of(new Wait.Pods(List.of(3)), new Wait.Producers(later))));
    assertThat(situation.phase(NOW).pods()).isEqualTo(4);
    assertThat(new Situation(log(2), 4, true, 4, ready(4), Optional.of(later)).phase(later))
        .isEqualTo(new Cutting(1, 2, 4, Step.CUT));
  }

  @Test
  void goesDownWithoutWaiting() {
    assertThat(new Situation(log(4), 2, true, 4, ready(4), Optional.empty()).phase(NOW))
        .isEqualTo(new Cutting(1, 4, 2, Step.CUT));
    assertThat(new Situation(log(4, 2), 2, true, 4, ready(4), Optional.empty()).phase(NOW))
        .isEqualTo(new Leaving(1, 2, List.of(2, 3)));
    assertThat(new Situation(log(4, 2), 2, true, 4, ready(2), Optional.empty()).phase(NOW))
        .isEqualTo(new Stable(1, 2));
  }

  /** Whatever else there is: the log alone decides whether a cut goes on, and of which count. */
  @Property
  void completesWhatIsInTheLog(
      @ForAll @IntRange(min = 1, max = 9) int served,
      @ForAll @IntRange(min = 1, max = 9) int begun,
      @ForAll @IntRange(min = 1, max = 9) int asked,
      @ForAll boolean mayBegin,
      @ForAll @IntRange(min = 1, max = 9) int topic,
      @ForAll Optional<Boolean> refreshed,
      @ForAll @Size(max = 9) Map<@IntRange(min = 0, max = 9) Integer, Boolean> deployed) {
    ControlState log = log(served).apply(cut(1, begun));
    Phase phase = new Situation(log, asked, mayBegin, topic, deployed, at(refreshed)).phase(NOW);
    assertThat(phase).isEqualTo(new Cutting(1, served, begun, Step.FENCE));
    assertThat(phase.pods()).isEqualTo(Math.max(served, begun));
  }

  @Property
  void beginsACutOnlyWhenAllIsThere(
      @ForAll @IntRange(min = 1, max = 9) int served,
      @ForAll @IntRange(min = 1, max = 9) int asked,
      @ForAll boolean mayBegin,
      @ForAll @IntRange(min = 1, max = 9) int topic,
      @ForAll Optional<Boolean> refreshed,
      @ForAll @Size(max = 9) Map<@IntRange(min = 0, max = 9) Integer, Boolean> deployed) {
    Situation situation =
        new Situation(log(served), asked, mayBegin, topic, deployed, at(refreshed));
    Phase phase = situation.phase(NOW);
    boolean podsReady = true;
    for (int p = served; p < asked; p++) podsReady &= deployed.getOrDefault(p, false);
    boolean due =
        mayBegin && asked != served && topic >= asked && podsReady && !refreshed.orElse(false);
    assertThat(phase instanceof Cutting).isEqualTo(due);
    // No partition in force is ever without pods.
    assertThat(phase.pods()).isGreaterThanOrEqualTo(served);
    if (phase instanceof Preparing preparing) assertThat(preparing.waits()).isNotEmpty();
    if (phase instanceof Leaving leaving) {
      assertThat(leaving.leaving()).isNotEmpty().allMatch(p -> p >= Math.max(served, asked));
    }
    if (!mayBegin || asked == served) {
      assertThat(phase).isInstanceOfAny(Stable.class, Leaving.class);
    }
  }

  /** True for a moment to come, false for one that is over. */
  private static Optional<Instant> at(Optional<Boolean> toCome) {
    return toCome.map(is -> is ? NOW.plusMillis(1) : NOW);
  }
}
