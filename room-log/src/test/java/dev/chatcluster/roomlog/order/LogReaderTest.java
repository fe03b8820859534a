package dev.chatcluster.roomlog.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.roomlog.epoch.ControlRecord;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.ControlRecord.Owned;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.epoch.Owner;
import dev.chatcluster.roomlog.order.LogReader.Met;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.position.Position;
import dev.chatcluster.roomlog.room.Partitioning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** From 2 partitions to 3: room 0 stays in partition 0, room 2 moves from there to partition 2. */
class LogReaderTest {
  private static final LogId LOG = new LogId("u", "t");
  private static final CutStarted CUT =
      new CutStarted(LOG, 1, 3, Partitioning.MODULO, List.of(10L, 10L, 0L), "secret");
  private static final ControlState FIRST =
      ControlState.EMPTY.apply(new EpochPublished(LOG, Epoch.first(2, Partitioning.MODULO)));
  private static final ControlState CUTTING = FIRST.apply(CUT);
  private static final ControlState PUBLISHED = CUTTING.apply(epoch(List.of(12L, 12L, 3L)));
  private static final Barrier BARRIER = Barrier.of(CUT);

  private final List<String> asked = new ArrayList<>();
  private final LogReader<Room> reader = new LogReader<>(FIRST, new Asked());

  @Test
  void aBarrierOfTheRunningCutCountsOnceAndOneThatOnlyLooksLikeItNever() {
    reader.learn(CUTTING);
    reader.begin(0, 10);
    assertThat(reader.meet(0, 11, new Barrier(LOG, 1, 3, "mod", "guessed"), true))
        .isEqualTo(Met.FORGED);
    assertThat(reader.meet(0, 11, new Barrier(LOG, 1, 4, "mod", "secret"), true))
        .isEqualTo(Met.FORGED);
    assertThat(reader.meet(0, 11, new Barrier(new LogId("u", "x"), 1, 3, "mod", "secret"), false))
        .isEqualTo(Met.FORGED);
    assertThat(reader.meet(0, 12, BARRIER, false)).isEqualTo(Met.BARRIER);
    assertThat(reader.meet(0, 14, BARRIER, false)).as("written twice").isEqualTo(Met.KNOWN);
    assertThat(reader.view(0).barrier()).isEqualTo(12);
  }

  @Test
  void aBarrierOfACutThatNobodyToldOfIsUnknownUntilTheControlLogIsRead() {
    reader.begin(0, 10);
    assertThat(reader.meet(0, 12, BARRIER, false)).isEqualTo(Met.UNKNOWN);
    assertThat(reader.meet(0, 12, BARRIER, true)).isEqualTo(Met.FORGED);
    reader.learn(CUTTING);
    assertThat(reader.meet(0, 12, BARRIER, true)).isEqualTo(Met.BARRIER);
    assertThat(reader.meet(0, 13, new Barrier(LOG, 2, 3, "mod", "secret"), false))
        .as("of a later one")
        .isEqualTo(Met.UNKNOWN);
  }

  @Test
  void aPublishedEpochsBarrierIsKnownWhereItLiesAndForgedElsewhere() {
    reader.learn(PUBLISHED);
    reader.begin(0, 0);
    assertThat(reader.meet(0, 12, BARRIER, false)).isEqualTo(Met.KNOWN);
    assertThat(reader.meet(0, 11, BARRIER, false)).isEqualTo(Met.FORGED);
  }

  @Test
  void behindABarrierOnlyRoomsThatStayAreDeliveredUntilItsEpochIsPublished() {
    atTheBarriers();
    assertThat(reader.place(0, "0", 13)).as("stays").isEqualTo(1);
    assertThat(reader.place(0, "2", 11)).as("before it").isEqualTo(0);
    assertThat(reader.place(0, "2", 13)).as("leaves").isEqualTo(RoomLog.STRAY);
    assertThat(reader.place(2, "2", 4)).as("arrives").isEqualTo(PartitionView.WITHHELD);
    reader.learn(PUBLISHED);
    assertThat(reader.place(2, "2", 4)).isEqualTo(1);
  }

  @Test
  void aLogThatGetsAnotherOwnerWhileItIsCutKeepsTheBarriersThatWereSeen() {
    atTheBarriers();
    Room leaves = follow("2", new Position(0, 0, 11));
    ControlRecord owner = new Owned(1, Optional.of(new Owner("c", "n", "chat", "")));
    reader.learn(CUTTING.apply(owner));
    assertThat(reader.view(0).barrier()).isEqualTo(12);
    assertThat(reader.place(0, "2", 13)).as("leaves").isEqualTo(RoomLog.STRAY);
    reader.learn(CUTTING.apply(owner).apply(epoch(List.of(12L, 12L, 3L))));
    assertThat(asked).noneMatch(each -> each.startsWith("broken"));
    assertThat(leaves.partition()).isEqualTo(2);
  }

  @Test
  void aRoomThatMovesGoesOnWhereItsNextSegmentMayBegin() {
    atTheBarriers();
    Room room = follow("2", new Position(0, 0, 11));
    reader.learn(PUBLISHED);
    assertThat(asked).containsExactly("read 0 from 8", "read 1 from 12", "read 2 from 1");
    assertThat(room.partition()).isEqualTo(2);
    assertThat(reader.head(2)).isEqualTo(1);
    assertThat(reader.foremost(2)).isFalse();
    assertThat(reader.takes(room, 1, 2, 1)).isTrue();
    assertThat(reader.takes(room, 1, 2, 1)).as("a second time").isFalse();
    reader.reached(2, 3);
    assertThat(reader.foremost(2)).isFalse();
    reader.reached(2, 4);
    assertThat(reader.foremost(2)).isTrue();
  }

  @Test
  void aRoomDoesNotMoveBeforeItsSegmentIsReadToItsEnd() {
    reader.begin(0, 11);
    Room room = follow("2", new Position(0, 0, 10));
    reader.learn(PUBLISHED);
    assertThat(room.partition()).isZero();
    assertThat(reader.follows(2)).isFalse();
    reader.reached(0, 11);
    reader.settle();
    assertThat(room.partition()).isZero();
    assertThat(reader.takes(room, 0, 0, 11)).isTrue();
    reader.reached(0, 15);
    assertThat(reader.position(room)).as("not past its end").isEqualTo(new Position(0, 0, 11));
    reader.settle();
    assertThat(room.partition()).isEqualTo(2);
    assertThat(asked).endsWith("read 2 from 1");
    assertThat(reader.head(2)).isEqualTo(1);
  }

  @Test
  void aRoomThatNobodyWantsIsForgottenWhenItMoves() {
    atTheBarriers();
    follow("2", new Position(0, 0, 11)).wanted = false;
    reader.learn(PUBLISHED);
    assertThat(asked).contains("forgotten 2");
    assertThat(reader.rooms()).isEmpty();
    assertThat(reader.room("2")).isNull();
  }

  @Test
  void aRoomThatStaysIsFollowedOnWhetherWantedOrNot() {
    atTheBarriers();
    Room room = follow("0", new Position(0, 0, 11));
    room.wanted = false;
    reader.learn(PUBLISHED);
    assertThat(reader.rooms()).containsExactly(room);
    assertThat(room.epoch()).isEqualTo(1);
  }

  @Test
  void aRoomThatStaysPassesOverWhatItHadWhenItsPartitionIsReadAgain() {
    atTheBarriers();
    Room room = follow("0", new Position(0, 0, 10));
    assertThat(reader.takes(room, 1, 0, 13)).isTrue();
    reader.reached(0, 14);
    reader.learn(PUBLISHED);
    assertThat(reader.head(0)).isEqualTo(8);
    assertThat(reader.takes(room, 0, 0, 11)).isFalse();
    assertThat(reader.takes(room, 1, 0, 13)).isFalse();
    assertThat(reader.takes(room, 1, 0, 14)).isTrue();
  }

  @Test
  void positionsFollowTheHeadAsFarAsTheRoomsSegmentGoes() {
    reader.begin(0, 5);
    Room stays = follow("0", new Position(0, 0, 4));
    Room leaves = follow("2", new Position(0, 0, 4));
    assertThat(reader.position(stays)).isEqualTo(new Position(0, 0, 4));
    reader.learn(CUTTING);
    reader.meet(0, 12, BARRIER, false);
    reader.reached(0, 11);
    assertThat(reader.position(stays)).isEqualTo(new Position(0, 0, 10));
    reader.reached(0, 12);
    assertThat(reader.position(stays)).isEqualTo(new Position(1, 0, 11));
    reader.reached(0, 15);
    assertThat(reader.position(stays)).isEqualTo(new Position(1, 0, 14));
    assertThat(reader.position(leaves)).isEqualTo(new Position(0, 0, 11));
    assertThat(reader.head("6")).isEqualTo(new Position(1, 0, 14));
    assertThat(reader.head("2")).isEqualTo(new Position(0, 0, 11));
  }

  @Test
  void aRoomThatStaysIsInAnEarlierEpochUntilTheBarrierOfThePublishedOneIsRead() {
    reader.begin(0, 8);
    reader.learn(PUBLISHED);
    assertThat(reader.head("0")).isEqualTo(new Position(0, 0, 7));
    Room room = follow("0", reader.head("0"));
    assertThat(reader.takes(room, 0, 0, 9)).isTrue();
    reader.reached(0, 12);
    reader.settle();
    assertThat(reader.head("6")).isEqualTo(new Position(1, 0, 11));
    assertThat(reader.position(room)).isEqualTo(new Position(1, 0, 11));
    assertThat(reader.takes(room, 1, 0, 13)).isTrue();
  }

  @Test
  void aPartitionThatIsNotFollowedHasNoHead() {
    assertThat(reader.head(0)).isEqualTo(-1);
    assertThat(reader.foremost(0)).isFalse();
    assertThat(reader.follows(0)).isFalse();
    Room room = follow("0", new Position(0, 0, 7));
    assertThat(reader.position(room)).isEqualTo(new Position(0, 0, 7));
    reader.begin(0, 8);
    assertThat(reader.follows(0)).isTrue();
    reader.end(0);
    assertThat(reader.follows(0)).isFalse();
  }

  @Test
  void aRoomIsFollowedUntilItIsRemoved() {
    Room room = follow("0", new Position(0, 0, 7));
    assertThat(reader.room("0")).isSameAs(room);
    reader.remove(new Room("0", new Position(0, 0, 9)));
    assertThat(reader.room("0")).as("another of that name was removed").isSameAs(room);
    reader.remove(room);
    assertThat(reader.room("0")).isNull();
  }

  @Test
  void anEpochThatWasPublishedWithAnotherBarrierThanWasSeenBreaksThePartitionsRooms() {
    atTheBarriers();
    follow("0", new Position(0, 0, 10));
    Room elsewhere = follow("1", new Position(0, 1, 10));
    reader.learn(CUTTING.apply(epoch(List.of(13L, 12L, 3L))));
    assertThat(asked)
        .contains(
            "broken 0 [0]: epoch 1 was published with its barrier in partition 0 at offset 13, but"
                + " one at offset 12 was read");
    assertThat(asked).noneMatch(each -> each.startsWith("broken 1"));
    assertThat(reader.rooms()).containsExactly(elsewhere);
  }

  @Test
  void anEpochWhoseBarrierWasPassedUnseenBreaksThePartitionsRooms() {
    reader.begin(0, 10);
    reader.reached(0, 13);
    follow("0", new Position(0, 0, 12));
    reader.learn(PUBLISHED);
    assertThat(asked).anyMatch(each -> each.endsWith("at offset 12, but none was read"));
  }

  /** Partitions 0, 1 and 2 read past their barriers, with epoch 1 not published yet. */
  private void atTheBarriers() {
    reader.learn(CUTTING);
    long[] barriers = {12, 12, 3};
    for (int p = 0; p < 3; p++) {
      reader.begin(p, 0);
      assertThat(reader.meet(p, barriers[p], BARRIER, false)).isEqualTo(Met.BARRIER);
      reader.reached(p, barriers[p] + 1);
    }
  }

  private Room follow(String name, Position after) {
    Room room = new Room(name, after);
    reader.add(room);
    return room;
  }

  private static ControlRecord epoch(List<Long> barriers) {
    return new EpochPublished(
        LOG, new Epoch(1, 3, Partitioning.MODULO, barriers, List.of(8L, 12L, 1L)));
  }

  private static final class Room extends RoomCursor {
    private boolean wanted = true;

    Room(String name, Position after) {
      super(name, after);
    }

    @Override
    protected boolean wanted() {
      return wanted;
    }

    @Override
    public String toString() {
      return room();
    }
  }

  private final class Asked implements LogReader.Port<Room> {
    @Override
    public void readFrom(int partition, long offset) {
      asked.add("read " + partition + " from " + offset);
    }

    @Override
    public void forgotten(Room room) {
      asked.add("forgotten " + room);
    }

    @Override
    public void broken(int partition, String why, List<Room> rooms) {
      asked.add("broken " + partition + " " + rooms + ": " + why);
    }
  }
}
