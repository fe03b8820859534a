package dev.chatcluster.consumer.session;

import dev.chatcluster.consumer.stomp.Printable;
import dev.chatcluster.consumer.stomp.StompException;
import dev.chatcluster.roomlog.room.RoomId;

/** Which destinations there are. */
final class Destination {
  private static final String TOPIC = "/topic/";
  private static final String APP = "/app/";

  private Destination() {}

  /**
   * The room that a SUBSCRIBE names with {@code /topic/{room}}.
   *
   * @throws StompException when it is no such destination
   */
  static String subscribed(String destination) {
    if (!destination.startsWith(TOPIC)) {
      throw new StompException(
          "SUBSCRIBE to \""
              + Printable.of(destination)
              + "\": a room is subscribed to as /topic/{room}");
    }
    return room(destination, TOPIC);
  }

  /**
   * The room that a SEND names with {@code /app/{room}} or {@code /topic/{room}}.
   *
   * @throws StompException when it is no such destination
   */
  static String sent(String destination) {
    if (destination.startsWith(APP)) {
      return room(destination, APP);
    }
    if (destination.startsWith(TOPIC)) {
      return room(destination, TOPIC);
    }
    throw new StompException(
        "SEND to \""
            + Printable.of(destination)
            + "\": a room is sent to as /app/{room} or /topic/{room}");
  }

  private static String room(String destination, String prefix) {
    String room = destination.substring(prefix.length());
    RoomId.problem(room)
        .ifPresent(
            problem -> {
              throw new StompException(
                  "the room of \"" + Printable.of(destination) + "\" " + problem);
            });
    return room;
  }
}
