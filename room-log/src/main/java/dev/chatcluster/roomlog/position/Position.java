package dev.chatcluster.roomlog.position;

import java.util.Comparator;

/**
 * A place in a room's log. Positions of one room are totally ordered, by epoch and then offset; the
 * partition follows from the epoch.
 *
 * @param epoch number of the epoch whose segment the record lies in, from 0
 * @param partition that holds that segment of the room, from 0
 * @param offset of the record; -1 is the place before the first
 */
public record Position(int epoch, int partition, long offset) implements Comparable<Position> {
  private static final Comparator<Position> ORDER =
      Comparator.comparingInt(Position::epoch).thenComparingLong(Position::offset);

  /** Refuses places that cannot be. */
  public Position {
    if (epoch < 0 || partition < 0 || offset < -1) {
      throw new IllegalArgumentException(
          "no position: epoch " + epoch + ", partition " + partition + ", offset " + offset);
    }
  }

  /** Compares two places of one room. */
  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }

  /** Whether this place comes after {@code other} in the room that both are of. */
  public boolean isAfter(Position other) {
    return compareTo(other) > 0;
  }
}
