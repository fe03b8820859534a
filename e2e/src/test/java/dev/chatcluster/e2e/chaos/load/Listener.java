package dev.chatcluster.e2e.chaos.load;

import dev.chatcluster.e2e.chaos.check.Message;
import dev.chatcluster.e2e.chaos.check.Stream;
import dev.chatcluster.e2e.chaos.check.Tape;
import dev.chatcluster.e2e.client.StompFrame;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;

/** A client that listens to some rooms and resumes each where it was, at whatever pod. */
public final class Listener extends Client {
  private final String name;
  private final ToLongFunction<Message> clock;
  private final Map<Integer, Room> rooms = new TreeMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  private static final class Room {
    final Tape tape = new Tape();
    volatile String first;
    volatile String last;
    volatile long subscribedAt = Long.MAX_VALUE;
    boolean resuming;
  }

  /** A listener that begins now; the times on its tapes are those of arrival. */
  public static Listener live(
      String name, List<Integer> rooms, Surroundings surroundings, long seed) {
    Listener listener = new Listener(name, surroundings, seed, message -> System.nanoTime());
    for (int room : rooms) listener.rooms.put(room, new Room());
    listener.start();
    return listener;
  }

  /**
   * A listener that begins at the given places.
   *
   * @param clock the times for its tapes
   */
  public static Listener from(
      String name,
      Map<Integer, String> places,
      Surroundings surroundings,
      long seed,
      ToLongFunction<Message> clock) {
    Listener listener = new Listener(name, surroundings, seed, clock);
    places.forEach(
        (index, place) -> {
          Room room = new Room();
          room.last = place;
          room.subscribedAt = Long.MIN_VALUE;
          listener.rooms.put(index, room);
        });
    listener.start();
    return listener;
  }

  private Listener(
      String name, Surroundings surroundings, long seed, ToLongFunction<Message> clock) {
    super(name, surroundings, seed);
    this.name = name;
    this.clock = clock;
  }

  @Override
  void arrived(Session session) {
    rooms.forEach(
        (index, room) -> {
          StompFrame subscribe =
              StompFrame.of(
                  "SUBSCRIBE",
                  "id",
                  String.valueOf(index),
                  "destination",
                  Rooms.topic(index),
                  "receipt",
                  String.valueOf(index));
          room.resuming = room.last != null;
          session.write(room.resuming ? subscribe.with("resume-from", room.last) : subscribe);
        });
  }

  @Override
  void tick(Session session) {}

  @Override
  Duration waited(Session session) {
    return session.silence();
  }

  @Override
  void message(StompFrame frame) {
    Room room = rooms.get(Integer.valueOf(frame.header("subscription")));
    Message message = Message.read(frame.body());
    room.last = frame.header("message-id");
    room.tape.add(message.id(), clock.applyAsLong(message));
  }

  @Override
  void receipt(StompFrame frame) {
    int index = Integer.parseInt(frame.header("receipt-id"));
    Room room = rooms.get(index);
    if (room.resuming && !"true".equals(frame.header("recovered"))) {
      complaints.add(name + " could not resume room " + index + ": " + frame.headers());
    }
    if (room.last != null) return;
    room.first = frame.header("position");
    room.last = room.first;
    room.subscribedAt = System.nanoTime();
  }

  /** Whether every room is subscribed to. */
  public boolean subscribed() {
    return rooms.values().stream().allMatch(room -> room.last != null);
  }

  /** Where each room began for it. */
  public Map<Integer, String> beginnings() {
    Map<Integer, String> places = new TreeMap<>();
    rooms.forEach((index, room) -> places.put(index, room.first));
    return places;
  }

  /** Messages so far, of all rooms. */
  public long count() {
    return rooms.values().stream().mapToLong(room -> room.tape.size()).sum();
  }

  /** A room's messages; null when it does not listen there. */
  public Tape tape(int index) {
    Room room = rooms.get(index);
    return room == null ? null : room.tape;
  }

  /** The same as a stream to be checked. */
  public Stream stream(int index) {
    Room room = rooms.get(index);
    return room == null ? null : new Stream(name, room.subscribedAt, room.tape);
  }

  /** What it was told that must not be, but for messages. */
  public List<String> complaints() {
    return complaints;
  }
}
