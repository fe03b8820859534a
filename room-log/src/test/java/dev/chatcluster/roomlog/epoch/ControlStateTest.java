package dev.chatcluster.roomlog.epoch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.ControlRecord.Owned;
import dev.chatcluster.roomlog.epoch.ControlRecord.Sync;
import dev.chatcluster.roomlog.epoch.ControlRecord.Unknown;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlStateTest {
  private static final LogId OURS = new LogId("u1", "t1");
  private static final LogId OTHER = new LogId("u2", "t1");
  private static final EpochPublished FIRST =
      new EpochPublished(OURS, Epoch.first(3, Partitioning.MODULO));

  @Test
  void theFirstEpochZeroGivesTheLogItsIdentityAndLaterOnesCountForNothing() {
    EpochPublished second = new EpochPublished(OTHER, Epoch.first(8, Partitioning.JUMP));
    ControlState state = read(FIRST, second);
    assertThat(state.logId()).contains(OURS);
    assertThat(state.current()).contains(FIRST.epoch());
    assertThat(read(second, FIRST).logId()).contains(OTHER);
  }

  @Test
  void anEpochCountsOnlyAfterItsCutAndACutOnlyAfterItsPredecessor() {
    assertThat(read(FIRST, epoch(OURS, 1, 4)).epochs()).hasSize(1);
    assertThat(read(FIRST, cut(OURS, 2, 4)).cutting()).isEmpty();
    assertThat(read(cut(OURS, 1, 4), FIRST).cutting()).isEmpty();

    ControlState cutting = read(FIRST, cut(OURS, 1, 4));
    assertThat(cutting.cutting())
        .hasValueSatisfying(cut -> assertThat(cut.partitions()).isEqualTo(4));
    assertThat(cutting.current()).contains(FIRST.epoch());

    ControlState published = cutting.apply(epoch(OURS, 1, 4));
    assertThat(published.cutting()).isEmpty();
    assertThat(published.epochs()).extracting(Epoch::number).containsExactly(0, 1);
  }

  @Test
  void theFirstCutAndTheFirstEpochOfANumberWin() {
    ControlState state = read(FIRST, cut(OURS, 1, 4), cut(OURS, 1, 9));
    assertThat(state.cutting().orElseThrow().partitions()).isEqualTo(4);
    state = state.apply(epoch(OURS, 1, 4)).apply(epoch(OURS, 1, 5)).apply(cut(OURS, 1, 9));
    assertThat(state.current().orElseThrow().partitions()).isEqualTo(4);
    assertThat(state.cutting()).isEmpty();
  }

  @Test
  void recordsOfAnotherLogCountForNothing() {
    assertThat(read(FIRST, cut(OTHER, 1, 4)).cutting()).isEmpty();
    assertThat(read(FIRST, cut(OURS, 1, 4), epoch(OTHER, 1, 4)).epochs()).hasSize(1);
  }

  @Test
  void whatCountsForNothingLeavesTheSameState() {
    ControlState state = read(FIRST);
    assertThat(state.apply(FIRST)).isSameAs(state);
    assertThat(state.apply(new Sync("router-2", "i"))).isSameAs(state);
    assertThat(state.apply(new Unknown("is noise"))).isSameAs(state);
    assertThat(ControlState.EMPTY.apply(epoch(OURS, 1, 4))).isSameAs(ControlState.EMPTY);
  }

  @Test
  void theFirstOwnerOfANumberWinsAndTheNextOneFollowsIt() {
    Owned here = new Owned(1, Optional.of(new Owner("a", "chat", "studyhub", "k8s")));
    Owned there = new Owned(1, Optional.of(new Owner("b", "chat", "studyhub", "other")));
    Owned none = new Owned(2, Optional.empty());
    assertThat(read(FIRST).owned()).isEqualTo(new Owned(0, Optional.empty()));
    ControlState owned = read(FIRST, here, there, cut(OURS, 1, 4), epoch(OURS, 1, 4));
    assertThat(owned.owned()).isEqualTo(here);
    assertThat(owned.epochs()).hasSize(2);
    assertThat(owned.apply(none).owned()).isEqualTo(none);
    assertThat(owned.apply(none).apply(there).owned()).isEqualTo(none);
    assertThat(read(FIRST, none)).isEqualTo(read(FIRST));
  }

  @Test
  void everyRecordIsReadAsItWasWritten() {
    for (ControlRecord each :
        List.of(
            FIRST,
            epoch(OURS, 1, 4),
            cut(OURS, 1, 4),
            new Owned(1, Optional.of(new Owner("a", "chat", "studyhub", "k8s"))),
            new Owned(2, Optional.empty()),
            new Sync("router-2", "abc"))) {
      assertThat(ControlRecord.parse(each.toJson())).isEqualTo(each);
    }
  }

  @Test
  void theFirstEpochHasItsFormatForEver() {
    assertThat(FIRST.toJson())
        .asString(UTF_8)
        .isEqualTo(
            "{\"t\":\"epoch\",\"v\":1,\"uid\":\"u1\",\"tid\":\"t1\",\"k\":0,\"n\":3,\"map\":\"mod\","
                + "\"B\":[0,0,0],\"F\":[0,0,0]}");
  }

  @Test
  void fieldsThatALaterVersionAddsArePassedOver() {
    String longer =
        new String(FIRST.toJson(), UTF_8).replace("}", ",\"note\":{\"a\":[1,{}]},\"x\":[\"y\"]}");
    assertThat(ControlRecord.parse(longer.getBytes(UTF_8))).isEqualTo(FIRST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{\"t\":\"epoch\"}",
        "{\"t\":\"epoch\",\"v\":2}",
        "{\"t\":\"owner\",\"v\":1}",
        "{\"t\":\"epoch\",\"v\":1,\"uid\":\"u\",\"tid\":\"t\",\"k\":0,\"n\":0,\"map\":\"mod\",\"B\":[],\"F\":[]}",
        "{\"t\":\"cut\",\"v\":1,\"uid\":\"u\",\"tid\":\"t\",\"k\":1,\"n\":0,\"map\":\"mod\",\"hint\":[],\"nonce\":\"x\"}",
        "{\"t\":\"epoch\",\"v\":1,\"uid\":\"u\",\"tid\":\"t\",\"k\":0,\"n\":1,\"map\":\"no\",\"B\":[0],\"F\":[0]}",
        "{\"t\":\"epoch\",\"v\":1,\"uid\":\"u\",\"tid\":\"t\",\"k\":0,\"n\":1,\"map\":\"mod\",\"B\":[0],\"F\":[]}",
        "{\"t\":\"epoch\",\"v\":1,\"uid\":\"u\",\"tid\":\"t\",\"k\":0,\"n\":1,\"map\":\"mod\",\"B\":[-5],\"F\":[0]}",
        "{\"t\":\"epoch\",\"v\":1,\"uid\":7,\"tid\":\"t\",\"k\":99999999999,\"n\":1,\"map\":\"mod\",\"B\":[0],\"F\":[0]}",
      })
  void whatCannotBeReadIsUnknownAndNeverAnError(String value) {
    assertThat(ControlRecord.parse(value.getBytes(UTF_8))).isInstanceOf(Unknown.class);
  }

  @Test
  void aRecordWithoutAValueIsUnknown() {
    assertThat(ControlRecord.parse(null)).isInstanceOf(Unknown.class);
  }

  private static ControlState read(ControlRecord... records) {
    ControlState state = ControlState.EMPTY;
    for (ControlRecord each : records) state = state.apply(each);
    return state;
  }

  private static CutStarted cut(LogId log, int number, int partitions) {
    return new CutStarted(log, number, partitions, Partitioning.MODULO, List.of(5L, 6L, 7L), "n0");
  }

  private static EpochPublished epoch(LogId log, int number, int partitions) {
    return new EpochPublished(
        log,
        new Epoch(
            number,
            partitions,
            Partitioning.MODULO,
            List.of(8L, 9L, 10L, 0L),
            List.of(8L, 8L, 8L, 0L)));
  }
}
