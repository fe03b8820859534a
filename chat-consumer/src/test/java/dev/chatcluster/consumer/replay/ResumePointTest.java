package dev.chatcluster.consumer.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.room.Started.Outcome;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.position.Position;
import dev.chatcluster.roomlog.room.Partitioning;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResumePointTest {
  private static final Topology TOPOLOGY =
      Topology.of(
          ControlState.EMPTY.apply(
              new EpochPublished(new LogId("a", "t"), Epoch.first(3, Partitioning.MODULO))),
          3);

  private static final CutStarted CUT =
      new CutStarted(new LogId("a", "t"), 1, 2, Partitioning.MODULO, List.of(0L, 0L, 0L), "nonce");

  private static String token(int epoch, int partition, long offset) {
    return TOPOLOGY.token(new Position(epoch, partition, offset));
  }

  @Test
  void theNextOffsetIsWanted() {
    assertThat(ResumePoint.of(TOPOLOGY, "7", token(0, 1, 41)))
        .isEqualTo(new ResumePoint.After(new Position(0, 1, 41)));
  }

  @Test
  void thePlaceBeforeTheFirstIsAPlace() {
    assertThat(ResumePoint.of(TOPOLOGY, "7", token(0, 1, -1)))
        .isEqualTo(new ResumePoint.After(new Position(0, 1, -1)));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "17", "1.abc.0.1.4", "2.aaaaaaaa.0.1.4", "1.aaaaaaaa.0.1.-2"})
  void whatIsNoTokenIsABadToken(String text) {
    assertThat(ResumePoint.of(TOPOLOGY, "7", text))
        .isEqualTo(new ResumePoint.Refused(Outcome.BAD_TOKEN));
  }

  @Test
  void aTokenOfAnotherLogSaysSo() {
    String foreign = new LogId("b", "t").token(new Position(0, 1, 41)).toString();
    assertThat(ResumePoint.of(TOPOLOGY, "7", foreign))
        .isEqualTo(new ResumePoint.Refused(Outcome.NEW_CLUSTER));
  }

  @Test
  void aTokenOfARoomInAnotherPartitionIsBad() {
    assertThat(ResumePoint.of(TOPOLOGY, "7", token(0, 2, 41)))
        .isEqualTo(new ResumePoint.Refused(Outcome.BAD_TOKEN));
  }

  @Test
  void aTokenOfAnEpochThatIsNotKnownHasToWaitForTheControlLog() {
    assertThat(ResumePoint.of(TOPOLOGY, "7", token(1, 1, 41))).isEqualTo(new ResumePoint.Unknown());
  }

  @Test
  void whileAnEpochIsStillToComeOnlyARoomThatStaysHasAPlaceInItUnlessOthersKnowMore() {
    Topology cutting = Topology.of(TOPOLOGY.state().apply(CUT), 3);
    // 12 stays in partition 0 when 3 become 2; 7 stays in 1; 8 goes from 2 to 0.
    assertThat(ResumePoint.of(cutting, "12", token(1, 0, 41)))
        .isEqualTo(new ResumePoint.After(new Position(1, 0, 41)));
    assertThat(ResumePoint.of(cutting, "8", token(1, 0, 41))).isEqualTo(new ResumePoint.Unknown());
    assertThat(ResumePoint.of(cutting, "7", token(2, 1, 41))).isEqualTo(new ResumePoint.Unknown());
  }

  @Test
  void aTokenBehindTheEndOfItsEpochIsBad() {
    Topology rescaled =
        Topology.of(
            TOPOLOGY
                .state()
                .apply(CUT)
                .apply(
                    new EpochPublished(
                        new LogId("a", "t"),
                        new Epoch(
                            1,
                            2,
                            Partitioning.MODULO,
                            List.of(10L, 20L, 30L),
                            List.of(0L, 0L, 0L)))),
            3);
    assertThat(ResumePoint.of(rescaled, "8", token(0, 2, 29)))
        .isEqualTo(new ResumePoint.After(new Position(0, 2, 29)));
    assertThat(ResumePoint.of(rescaled, "8", token(0, 2, 30)))
        .isEqualTo(new ResumePoint.Refused(Outcome.BAD_TOKEN));
    assertThat(ResumePoint.of(rescaled, "8", token(1, 0, 5)))
        .isEqualTo(new ResumePoint.After(new Position(1, 0, 5)));
  }
}
