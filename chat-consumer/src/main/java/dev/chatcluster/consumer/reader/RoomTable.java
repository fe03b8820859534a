package dev.chatcluster.consumer.reader;

import dev.chatcluster.consumer.config.ConsumerConfig.History;
import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.metrics.ReaderMetrics;
import dev.chatcluster.consumer.room.Membership;
import dev.chatcluster.roomlog.order.LogReader;
import dev.chatcluster.roomlog.order.RoomLog;
import dev.chatcluster.roomlog.position.Position;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rooms that are held and the partitions that are read: the state that everything on the
 * reader's thread shares. It keeps what is said of rooms that are not held true.
 */
final class RoomTable implements LogReader.Port<Room> {
  /** The consumer, as far as the table needs it. */
  interface Seeks {
    /** The next records of the partition are to be those from {@code offset} on. */
    void readFrom(TopicPartition partition, long offset);
  }

  private static final Logger LOG = LoggerFactory.getLogger(RoomTable.class);

  final LogReader<Room> log;
  final Rings rings;
  private final String topic;
  private final Seeks seeks;
  private final ReaderMetrics metrics;
  private final Map<Integer, Following> followings = new HashMap<>();

  /** The rooms that somebody listens to, or is about to. */
  private final Set<Room> wanted = new HashSet<>();

  private Topology topology;

  /** Listeners that are live in a room. */
  int listening;

  /**
   * @param each bounds of one room's ring
   * @param most bytes of memory for all rings
   */
  RoomTable(
      String topic, Topology first, History each, long most, Seeks seeks, ReaderMetrics metrics) {
    this.topic = topic;
    this.seeks = seeks;
    this.metrics = metrics;
    topology = first;
    log = new LogReader<>(first.state(), this);
    rings = new Rings(each, most, this::drop);
  }

  /** What has been learnt so far. */
  Topology topology() {
    return topology;
  }

  Collection<Following> followings() {
    return followings.values();
  }

  /** Null when the partition is not followed. */
  Following following(int partition) {
    return followings.get(partition);
  }

  /** Reads the partition from now on, if it is not read yet. */
  Following follow(int partition) {
    Following following =
        followings.computeIfAbsent(
            partition,
            p ->
                new Following(
                    new TopicPartition(topic, p), metrics.partition(p), System.nanoTime()));
    following.usedAt = System.nanoTime();
    return following;
  }

  /** Reads the partition from {@code start} on, unless a room that moved there began it already. */
  void begin(Following following, long start, long stableEnd) {
    following.liveFrom(stableEnd);
    if (following.begun()) {
      following.head(following.head());
      return;
    }
    log.begin(following.number(), start);
    following.begin(start);
    seeks.readFrom(following.partition, start);
  }

  /** Everything before {@code next} has been shown. */
  void reached(Following following, long next) {
    log.reached(following.number(), next);
    following.head(next);
    if (!rings.keepIdle()) following.covered = Math.max(following.covered, next);
  }

  /** Lets rooms whose epoch has ended go on in the next; may send the reading elsewhere. */
  void settle() {
    log.settle();
  }

  /** Marks the partitions that listeners need. */
  void noteUse(long now) {
    for (Room room : wanted) followings.get(room.partition()).usedAt = now;
  }

  /** Shows what is held. */
  void report(int followed) {
    metrics.now(followed, wanted.size(), listening);
    metrics.kept(log.rooms().size(), rings.bytes());
  }

  /** Takes over what the control log says; may send the reading elsewhere. */
  void learn(Topology newer) {
    if (newer == topology) return;
    int known = log.log().newest();
    topology = newer;
    log.learn(newer.state());
    if (log.log().newest() == known) return;
    for (Room each : List.copyOf(log.rooms())) {
      if (!each.wanted() && !remains(each)) leave(each);
    }
  }

  /** Whether the room stays in the partition where it is read, as far as is known. */
  private boolean remains(Room room) {
    RoomLog epochs = log.log();
    return room.epoch() >= epochs.newest()
        || epochs.stays(room.room(), room.partition(), room.epoch(), epochs.newest());
  }

  /** The room of that name, held from now on; its newest partition is read to its head. */
  Room hold(String name) {
    Room held = log.room(name);
    if (held != null) return held;
    Position head = log.head(name);
    long covered = Math.min(head.offset(), followings.get(head.partition()).covered - 1);
    Room room = new Room(name, head, place(name, head.epoch(), head.partition(), covered));
    add(room);
    return room;
  }

  /** The room of a record that is in place and whose room is not held yet. */
  Room hold(String name, int home, Following following, long offset) {
    long covered = offset >= following.covered ? following.covered : offset;
    int partition = following.number();
    Room room =
        new Room(
            name,
            new Position(home, partition, offset - 1),
            place(name, home, partition, covered - 1));
    add(room);
    return room;
  }

  /** The place in the room's log of everything up to an offset of the partition that it is in. */
  private Position place(String name, int epoch, int partition, long offset) {
    int k = log.view(partition).epochOf(name, epoch, offset);
    return new Position(k, partition, offset);
  }

  private void add(Room room) {
    log.add(room);
    rings.add(room);
  }

  /** Whether a room that nobody wants is worth holding when its record comes. */
  boolean keepsIdle(String name, int home, int partition) {
    RoomLog epochs = log.log();
    return rings.keepIdle()
        && (home >= epochs.newest() || epochs.stays(name, partition, home, epochs.newest()));
  }

  /** Somebody wants the room, or nobody any more: then it stays for its ring's sake, or goes. */
  void settleUse(Room room) {
    if (log.room(room.room()) != room) return;
    if (room.wanted()) wanted.add(room);
    else wanted.remove(room);
    if (!room.wanted() && (room.ring.size() == 0 || !remains(room))) drop(room);
    else rings.moved(room);
  }

  /** Holds the room no longer. */
  void drop(Room room) {
    leave(room);
    passedOver(room);
  }

  /** Where the room is to move, its messages were passed over while it was held here. */
  private void passedOver(Room room) {
    if (remains(room)) return;
    int next = log.log().owner(log.log().newest(), room.room());
    Following there = followings.get(next);
    if (there != null && there.begun()) {
      there.covered = Math.max(there.covered, there.highest);
    }
  }

  private void leave(Room room) {
    log.remove(room);
    forgotten(room);
  }

  @Override
  public void forgotten(Room room) {
    rings.remove(room);
    Following following = followings.get(room.partition());
    if (following == null) return;
    following.covered = Math.max(following.covered, room.newestHere() + 1);
  }

  @Override
  public void readFrom(int partition, long offset) {
    Following following = follow(partition);
    if (following.begun()) following.head(offset);
    else following.begin(offset);
    following.resought = true;
    seeks.readFrom(following.partition, offset);
    LOG.info("reading partition {} from offset {}, for rooms that move there", partition, offset);
  }

  /** What follows the partition's head is to be read again. */
  void again(Following following) {
    following.resought = true;
    seeks.readFrom(following.partition, following.head());
  }

  @Override
  public void broken(int partition, String why, List<Room> rooms) {
    metrics.invariantViolated();
    LOG.error("the order of partition {} cannot be vouched for: {}", partition, why);
    for (Room each : rooms)
      fail(each, "The log of this room was found to be damaged: subscribe again.");
    Following following = followings.get(partition);
    following.covered = Math.max(following.covered, following.highest);
  }

  /** Whoever listens must come again. */
  private void fail(Room room, String sentence) {
    wanted.remove(room);
    rings.remove(room);
    passedOver(room);
    for (Membership each : room.listeners()) each.failed(sentence);
    listening -= room.listeners().size();
  }

  /** The partition cannot be read on without a gap: its listeners must come again. */
  void fail(Following following, String sentence) {
    for (Room room : List.copyOf(log.rooms())) {
      if (room.partition() != following.number()) continue;
      log.remove(room);
      fail(room, sentence);
    }
    if (log.follows(following.number())) log.end(following.number());
    following.stop(System.nanoTime());
  }

  /** Stops following a partition that nobody needs any more. */
  void forget(Following following) {
    for (Room room : List.copyOf(log.rooms())) {
      if (room.partition() == following.number()) leave(room);
    }
    if (log.follows(following.number())) log.end(following.number());
    followings.remove(following.number());
    following.meters.lag(0);
  }
}
