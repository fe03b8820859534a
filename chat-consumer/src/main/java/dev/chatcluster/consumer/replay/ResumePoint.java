package dev.chatcluster.consumer.replay;

import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.room.Started.Outcome;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.order.RoomLog;
import dev.chatcluster.roomlog.position.Position;
import dev.chatcluster.roomlog.position.Token;
import java.util.Optional;

/** Where a client's token leads, as far as the topology alone can tell; pure. */
public sealed interface ResumePoint {
  /**
   * To a place in the room's log, which may not be written yet.
   *
   * @param place of the last message that is not wanted
   */
  record After(Position place) implements ResumePoint {}

  /**
   * Nowhere in this log.
   *
   * @param outcome what the client is told
   */
  record Refused(Outcome outcome) implements ResumePoint {}

  /**
   * To an epoch that is not published as far as is known here: read the control log, then judge.
   */
  record Unknown() implements ResumePoint {}

  /** Judges the token that a client of {@code room} gave. */
  static ResumePoint of(Topology topology, String room, String token) {
    Optional<Token> parsed = Token.parse(token);
    if (parsed.isEmpty()) return new Refused(Outcome.BAD_TOKEN);
    if (!parsed.get().fingerprint().equals(topology.fingerprint())) {
      return new Refused(Outcome.NEW_CLUSTER);
    }
    Position place = parsed.get().position();
    RoomLog log = topology.log();
    if (place.epoch() > log.newest()) {
      CutStarted cut = topology.state().cutting().orElse(null);
      if (cut == null || cut.number() != place.epoch()) return new Unknown();
      int next = cut.partitioning().partition(room, cut.partitions());
      // Before the epoch is published, only who stays where it is can have a place in it; and
      // another pod may know that it is published.
      boolean stays =
          next == place.partition() && log.owner(log.newest(), room) == place.partition();
      return stays ? new After(place) : new Unknown();
    }
    boolean ofTheRoom =
        log.owner(place.epoch(), room) == place.partition()
            && place.offset() < log.barrier(place.epoch() + 1, place.partition());
    return ofTheRoom ? new After(place) : new Refused(Outcome.BAD_TOKEN);
  }
}
