package dev.chatcluster.consumer.replay;

import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.room.Started.Outcome;
import dev.chatcluster.roomlog.position.Position;
import dev.chatcluster.roomlog.position.Token;
import java.util.Optional;

/** Where a client's token leads, as far as the topology alone can tell; pure. */
public sealed interface ResumePoint {
  /**
   * To a place in a partition.
   *
   * @param partition that holds the room
   * @param next offset of the first record that is wanted
   */
  record At(int partition, long next) implements ResumePoint {}

  /**
   * Nowhere in this log.
   *
   * @param outcome what the client is told
   */
  record Refused(Outcome outcome) implements ResumePoint {}

  /** Judges the token that a client of {@code room} gave. */
  static ResumePoint of(Topology topology, String room, String token) {
    Optional<Token> parsed = Token.parse(token);
    if (parsed.isEmpty()) return new Refused(Outcome.BAD_TOKEN);
    if (!parsed.get().fingerprint().equals(topology.fingerprint())) {
      return new Refused(Outcome.NEW_CLUSTER);
    }
    Position position = parsed.get().position();
    if (position.epoch() >= topology.epochs().size()
        || topology.epochs().get(position.epoch()).partitionOf(room) != position.partition()) {
      return new Refused(Outcome.BAD_TOKEN);
    }
    return new At(position.partition(), position.offset() + 1);
  }
}
