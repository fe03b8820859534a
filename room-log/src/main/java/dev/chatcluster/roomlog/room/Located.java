package dev.chatcluster.roomlog.room;

/** Which room a record is in, or why in none. */
public sealed interface Located {
  /**
   * The record is a message of a room.
   *
   * @param room a valid room id
   */
  record In(String room) implements Located {}

  /** The record belongs to no room; its name in small letters is the metric's reason. */
  enum Nowhere implements Located {
    /** The record has no value at all (an empty one is a message). */
    NULL_VALUE,
    /** The source is the key and the record has none. */
    NO_KEY,
    /** The source is a header and the record has none of that name. */
    NO_HEADER,
    /** The source is JSON and the value is not one JSON document. */
    INVALID_JSON,
    /** The pointer leads to nothing, or to null. */
    NO_FIELD,
    /** The pointer leads to an object, an array or a boolean. */
    NOT_A_NAME,
    /** What was found is not a valid room id, or is not UTF-8. */
    BAD_ROOM_ID
  }
}
