package dev.chatcluster.e2e.chaos.load;

/** The rooms of a run: {@code room-0} and so on. */
public final class Rooms {
  private Rooms() {}

  static String name(int room) {
    return "room-" + room;
  }

  static String topic(int room) {
    return "/topic/" + name(room);
  }
}
