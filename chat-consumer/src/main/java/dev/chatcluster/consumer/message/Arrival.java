package dev.chatcluster.consumer.message;

import dev.chatcluster.roomlog.room.Located;

/** What a record is. */
public sealed interface Arrival {
  /**
   * A message in its place.
   *
   * @param room it belongs to
   */
  record Message(String room) implements Arrival {}

  /**
   * A message in a partition that does not own its room; not delivered.
   *
   * @param room it names
   */
  record Stray(String room) implements Arrival {}

  /**
   * A record that belongs to no room; not delivered.
   *
   * @param reason why
   */
  record Roomless(Located.Nowhere reason) implements Arrival {}

  /** A record of the protocol itself. */
  enum Control implements Arrival {
    CONTROL
  }
}
