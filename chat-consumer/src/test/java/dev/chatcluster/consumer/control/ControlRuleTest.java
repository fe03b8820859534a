package dev.chatcluster.consumer.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.consumer.config.Own;
import dev.chatcluster.consumer.control.ControlRule.Verdict;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlRuleTest {
  private static final Duration SURELY = Duration.ofSeconds(15);
  private static final LogId LOG = new LogId("uid", "topic-1");
  private static final ControlState FIRST =
      ControlState.EMPTY.apply(new EpochPublished(LOG, Epoch.first(3, Partitioning.KAFKA_DEFAULT)));

  private static Verdict judge(Own own, ControlState state, String topicId, int partitions) {
    return ControlRule.judge("studyhub", own, state, topicId, partitions);
  }

  @Test
  void aPodServesTheFirstEpochOfItsTopic() {
    assertThat(judge(new Own.One(2), FIRST, "topic-1", 3))
        .isEqualTo(new Verdict.Serve(Topology.of(LOG, FIRST.epochs())));
  }

  @Test
  void aTopicWithMorePartitionsThanTheEpochIsServed() {
    assertThat(judge(new Own.All(), FIRST, "topic-1", 6)).isInstanceOf(Verdict.Serve.class);
  }

  @Test
  void nothingIsServedBeforeTheFirstEpoch() {
    assertThat(judge(new Own.All(), ControlState.EMPTY, "topic-1", 3))
        .isEqualTo(new Verdict.Empty());
  }

  @Test
  void aRecreatedTopicHaltsWithBothIds() {
    assertThat(judge(new Own.One(0), FIRST, "topic-2", 3))
        .isInstanceOfSatisfying(
            Verdict.Halt.class,
            halt -> assertThat(halt.sentence()).contains("recreated", "topic-1", "topic-2"));
  }

  @Test
  void aTopicThatWasThereAndIsSurelyMissingHalts() {
    assertThat(ControlRule.missing("studyhub", true, SURELY, SURELY))
        .isInstanceOfSatisfying(
            Verdict.Halt.class,
            halt -> assertThat(halt.sentence()).contains("was deleted", "studyhub.control"));
  }

  @Test
  void aTopicThatWasThereAndIsMissingForAMomentChangesNothing() {
    assertThat(ControlRule.missing("studyhub", true, SURELY.minusMillis(1), SURELY))
        .isEqualTo(new Verdict.GoOn());
  }

  @Test
  void aTopicThatNeverWasThereIsRefusedAtOnce() {
    assertThat(ControlRule.missing("studyhub", false, Duration.ZERO, SURELY))
        .isInstanceOfSatisfying(
            Verdict.Refuse.class, refuse -> assertThat(refuse.sentence()).contains("CHAT_TOPIC"));
  }

  @Test
  void aTopicWithFewerPartitionsThanTheEpochHalts() {
    assertThat(judge(new Own.One(0), FIRST, "topic-1", 2))
        .isInstanceOfSatisfying(
            Verdict.Halt.class, halt -> assertThat(halt.sentence()).contains("3", "only 2"));
  }

  @Test
  void aPartitionThatTheEpochDoesNotHaveIsRefused() {
    assertThat(judge(new Own.One(3), FIRST, "topic-1", 3))
        .isInstanceOfSatisfying(
            Verdict.Refuse.class,
            refuse -> assertThat(refuse.sentence()).contains("CHAT_PARTITION is 3", "0 to 2"));
  }

  @Test
  void aRescaleIsRefusedByThisVersion() {
    ControlState cutting =
        FIRST.apply(
            new CutStarted(LOG, 1, 4, Partitioning.KAFKA_DEFAULT, List.of(0L, 0L, 0L), "n"));
    assertThat(judge(new Own.One(0), cutting, "topic-1", 4))
        .isInstanceOfSatisfying(
            Verdict.Refuse.class,
            refuse -> assertThat(refuse.sentence()).contains("rescale", "upgrade"));
  }
}
