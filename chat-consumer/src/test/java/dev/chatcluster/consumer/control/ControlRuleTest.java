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

  private static final CutStarted CUT =
      new CutStarted(LOG, 1, 4, Partitioning.KAFKA_DEFAULT, List.of(0L, 0L, 0L), "n");
  private static final ControlState CUTTING = FIRST.apply(CUT);
  private static final ControlState SECOND =
      CUTTING.apply(
          new EpochPublished(
              LOG,
              new Epoch(
                  1, 4, Partitioning.KAFKA_DEFAULT, List.of(5L, 5L, 5L), List.of(0L, 0L, 0L))));

  private static Verdict judge(ControlState state, String topicId, int partitions) {
    return ControlRule.judge("studyhub", null, state, topicId, partitions);
  }

  @Test
  void aPodServesTheFirstEpochOfItsTopic() {
    assertThat(judge(FIRST, "topic-1", 3)).isEqualTo(new Verdict.Serve(Topology.of(FIRST, 3)));
  }

  @Test
  void aTopicWithMorePartitionsThanTheEpochIsServed() {
    assertThat(judge(FIRST, "topic-1", 6)).isEqualTo(new Verdict.Serve(Topology.of(FIRST, 6)));
  }

  @Test
  void nothingIsServedBeforeTheFirstEpoch() {
    assertThat(judge(ControlState.EMPTY, "topic-1", 3)).isEqualTo(new Verdict.Empty());
  }

  @Test
  void aRecreatedTopicHaltsWithBothIds() {
    assertThat(judge(FIRST, "topic-2", 3))
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
    assertThat(judge(FIRST, "topic-1", 2))
        .isInstanceOfSatisfying(
            Verdict.Halt.class, halt -> assertThat(halt.sentence()).contains("3", "only 2"));
  }

  @Test
  void aRescaleIsServedFromItsCutOn() {
    assertThat(judge(CUTTING, "topic-1", 3))
        .isInstanceOfSatisfying(
            Verdict.Serve.class,
            serve -> {
              assertThat(serve.topology().state().cutting()).isPresent();
              assertThat(serve.topology().current().partitions()).isEqualTo(3);
            });
    assertThat(judge(SECOND, "topic-1", 3))
        .isInstanceOfSatisfying(
            Verdict.Serve.class,
            serve -> {
              assertThat(serve.topology().current().partitions()).isEqualTo(4);
              assertThat(serve.topology().topicPartitions()).isEqualTo(4);
            });
  }

  @Test
  void anotherLogThanTheOneServedTakesANewProcess() {
    Topology served = Topology.of(FIRST, 3);
    ControlState another =
        ControlState.EMPTY.apply(
            new EpochPublished(
                new LogId("uid-2", "topic-1"), Epoch.first(3, Partitioning.KAFKA_DEFAULT)));
    assertThat(ControlRule.judge("studyhub", served, another, "topic-1", 3))
        .isInstanceOf(Verdict.StartAnew.class);
  }

  @Test
  void aControlLogThatLostEpochsHaltsAndSaysWhatToDo() {
    Topology served = Topology.of(SECOND, 4);
    for (ControlState shorter : List.of(ControlState.EMPTY, FIRST)) {
      assertThat(ControlRule.judge("studyhub", served, shorter, "topic-1", 4))
          .isInstanceOfSatisfying(
              Verdict.Halt.class,
              halt -> assertThat(halt.sentence()).contains("studyhub.control", "restore it"));
    }
  }

  @Test
  void aControlTopicThatIsSurelyMissingHalts() {
    assertThat(ControlRule.controlMissing("studyhub", SURELY.minusMillis(1), SURELY))
        .isEqualTo(new Verdict.GoOn());
    assertThat(ControlRule.controlMissing("studyhub", SURELY, SURELY))
        .isInstanceOfSatisfying(
            Verdict.Halt.class,
            halt -> assertThat(halt.sentence()).contains("studyhub.control was deleted"));
  }

  @Test
  void aPodOwnsEveryPartitionThatItsNumberIsTheRestOf() {
    Topology five = Topology.of(SECOND, 10);
    assertThat(five.ownedBy(new Own.One(1))).containsExactly(1, 5, 9);
    assertThat(five.ownedBy(new Own.One(3))).containsExactly(3, 7);
    assertThat(five.ownedBy(new Own.One(4))).isEmpty();
    assertThat(five.ownedBy(new Own.All())).hasSize(10);
  }
}
