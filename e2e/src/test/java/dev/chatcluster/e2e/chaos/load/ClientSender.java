package dev.chatcluster.e2e.chaos.load;

import dev.chatcluster.e2e.chaos.check.Message;
import dev.chatcluster.e2e.chaos.check.Sent;
import dev.chatcluster.e2e.client.StompFrame;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A client that SENDs to some rooms, a few messages under way in each. What was not acknowledged
 * when a connection ended is sent again in order, with the same key, before anything new.
 */
public final class ClientSender extends Client implements Sender {
  private static final int UNDER_WAY = 5;
  private static final int LAST_ATTEMPT = 255;

  private final int number;
  private final boolean remembersAck;
  private final long pauseNanos;
  private final NavigableMap<Integer, Room> rooms = new TreeMap<>();
  private volatile boolean stopped;
  private volatile long acknowledged;
  private long nextAt = System.nanoTime();

  private static final class Room {
    int next;
    final NavigableMap<Integer, Attempt> underWay = new TreeMap<>();
    final BitSet acknowledged = new BitSet();
    String lastAck;
    boolean first;
  }

  private record Attempt(int attempt, long at) {}

  /**
   * @param number of the sender
   * @param remembersAck whether it says, when it comes back, which of its messages was the last
   *     that was acknowledged
   * @param perSecond messages, to all its rooms together
   */
  public ClientSender(
      int number,
      List<Integer> rooms,
      boolean remembersAck,
      int perSecond,
      Surroundings surroundings,
      long seed) {
    super("client-" + number, surroundings, seed);
    this.number = number;
    this.remembersAck = remembersAck;
    this.pauseNanos = Duration.ofSeconds(1).toNanos() / perSecond;
    for (int room : rooms) this.rooms.put(room, new Room());
    start();
  }

  @Override
  synchronized void arrived(Session session) {
    rooms.forEach(
        (index, room) -> {
          room.first = true;
          List.copyOf(room.underWay.entrySet())
              .forEach(
                  entry -> {
                    int attempt = Math.min(LAST_ATTEMPT, entry.getValue().attempt() + 1);
                    send(session, index, room, entry.getKey(), attempt);
                  });
        });
  }

  @Override
  synchronized void tick(Session session) {
    if (stopped || System.nanoTime() < nextAt) return;
    nextAt = Math.max(nextAt + pauseNanos, System.nanoTime() - 10 * pauseNanos);
    int index = List.copyOf(rooms.keySet()).get(random.nextInt(rooms.size()));
    Room room = rooms.get(index);
    if (room.underWay.size() < UNDER_WAY) send(session, index, room, room.next++, 0);
  }

  private void send(Session session, int index, Room room, int count, int attempt) {
    long now = System.nanoTime();
    room.underWay.put(count, new Attempt(attempt, now));
    StompFrame frame =
        StompFrame.of(
                "SEND",
                "destination",
                "/app/" + Rooms.name(index),
                "receipt",
                index + " " + count,
                "idempotency-key",
                number + "-" + index + "-" + count)
            .with(new Message(number, index, count, attempt, now).body());
    if (room.first && remembersAck && room.lastAck != null) {
      frame = frame.with("after-ack", room.lastAck);
    }
    room.first = false;
    session.write(frame);
  }

  @Override
  synchronized Duration waited(Session session) {
    long oldest =
        rooms.values().stream()
            .flatMap(room -> room.underWay.values().stream())
            .mapToLong(Attempt::at)
            .min()
            .orElse(System.nanoTime());
    return Duration.ofNanos(System.nanoTime() - oldest);
  }

  @Override
  void message(StompFrame frame) {}

  @Override
  synchronized void receipt(StompFrame frame) {
    String[] parts = frame.header("receipt-id").split(" ");
    Room room = rooms.get(Integer.valueOf(parts[0]));
    int count = Integer.parseInt(parts[1]);
    room.underWay.remove(count);
    room.acknowledged.set(count);
    if (frame.header("ack") != null) room.lastAck = frame.header("ack");
    acknowledged++;
  }

  @Override
  public String kind() {
    return remembersAck ? "clients with after-ack" : "clients without";
  }

  @Override
  public void stop() {
    stopped = true;
  }

  @Override
  public synchronized boolean settled() {
    return stopped && rooms.values().stream().allMatch(room -> room.underWay.isEmpty());
  }

  @Override
  public long acknowledged() {
    return acknowledged;
  }

  @Override
  public synchronized Sent sent(int index) {
    Room room = rooms.get(index);
    BitSet acks = room == null ? new BitSet() : (BitSet) room.acknowledged.clone();
    return new Sent(number, acks, Collections.emptyNavigableSet());
  }
}
