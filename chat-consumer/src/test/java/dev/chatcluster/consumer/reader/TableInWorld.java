package dev.chatcluster.consumer.reader;

import dev.chatcluster.consumer.config.ConsumerConfig.History;
import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.message.Messages;
import dev.chatcluster.consumer.metrics.ReaderMetrics;
import dev.chatcluster.consumer.replay.Gap;
import dev.chatcluster.consumer.replay.GapReader;
import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.router.Seen;
import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.ControlRecord.CutStarted;
import dev.chatcluster.roomlog.order.Choices;
import dev.chatcluster.roomlog.order.PartitionView;
import dev.chatcluster.roomlog.order.World;
import dev.chatcluster.roomlog.position.Position;
import dev.chatcluster.roomlog.room.RoomSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** The reader's table and intake over a world's partitions instead of Kafka's. */
final class TableInWorld {
  /**
   * What somebody who asked for what follows a place would have had at once.
   *
   * @param had the places of the messages
   * @param upTo where the room stood
   */
  record Answer(String room, Position after, Position upTo, List<Position> had) {}

  /** What an answer was made of. */
  enum Made {
    OF_MEMORY,
    OF_A_GAP,
    OF_A_GAP_OVER_PARTITIONS,
    OF_A_ROOM_FROM_ITS_BEGINNING,
    OF_A_ROOM_TAKEN_UP_NOW
  }

  final List<Answer> answers = new ArrayList<>();
  final Set<Made> made = new HashSet<>();
  private final World world;
  private final RoomTable table;
  private final Intake intake;
  private final Map<Integer, Long> next = new TreeMap<>();
  private final Set<Room> pinned = new LinkedHashSet<>();
  private int known;

  /**
   * @param each bounds of a room's ring
   * @param most bytes for all of them
   */
  TableInWorld(World world, History each, long most) {
    this.world = world;
    known = world.controlEnd();
    ReaderMetrics metrics = new ReaderMetrics(new SimpleMeterRegistry());
    table = new RoomTable("t", topology(), each, most, this::readFrom, metrics);
    intake =
        new Intake(
            table,
            new Messages(new RoomSource.Key()),
            new Seen(),
            new Misfits(metrics),
            () -> {
              learnAll();
              return true;
            });
  }

  private Topology topology() {
    return Topology.of(world.state(known), world.width());
  }

  private void readFrom(TopicPartition partition, long offset) {
    int p = partition.partition();
    world.tell(() -> "reads " + p + " from " + offset);
    next.put(p, offset);
  }

  /** Begins to read what is not read yet, not always from its first record. */
  void begin(Choices c) {
    for (int p = 0; p < world.width(); p++) {
      Following following = table.follow(p);
      if (following.begun() && following.endKnown()) continue;
      long stable = world.stable(p);
      long start = stable * c.pick(3) / 2;
      learnAll();
      CutStarted cut = world.state(known).cutting().orElse(null);
      table.begin(following, cut == null ? start : Math.min(start, cut.hint(p)), stable);
    }
  }

  /** Kafka no longer has what a partition was to be read on from. */
  void fail(Choices c) {
    List<Following> begun = table.followings().stream().filter(Following::begun).toList();
    if (begun.isEmpty()) return;
    Following following = begun.get(c.pick(begun.size()));
    world.tell(() -> following.number() + " is read no more");
    table.fail(following, "Come again.");
    next.remove(following.number());
  }

  /** A partition is followed no longer that nobody needs. */
  void forget(Choices c) {
    List<Following> unused =
        table.followings().stream()
            .filter(each -> pinned.stream().noneMatch(r -> r.partition() == each.number()))
            .toList();
    if (unused.isEmpty()) return;
    Following following = unused.get(c.pick(unused.size()));
    world.tell(() -> following.number() + " is followed no longer");
    table.forget(following);
    next.remove(following.number());
  }

  void learn(Choices c) {
    known = Math.min(world.controlEnd(), known + 1 + c.pick(2));
    table.learn(topology());
  }

  private void learnAll() {
    known = world.controlEnd();
    table.learn(topology());
  }

  /** One poll, of some partitions, as the reader's thread does it. */
  void poll(Choices c) {
    int mask = ~c.pick(1 << World.MOST_PARTITIONS);
    intake.polled();
    for (Following each : table.followings()) each.resought = false;
    for (int p : List.copyOf(next.keySet())) {
      Following following = table.following(p);
      if ((mask >> p & 1) == 0 || !following.begun() || following.resought) continue;
      long from = next.get(p);
      long to = Math.min(world.stable(p), from + 8 - c.pick(8));
      if (to <= from) continue;
      if (intake.take(following, records(p, from, to))) {
        table.reached(following, to);
        next.put(p, to);
      }
    }
    table.settle();
    intake.handOver();
  }

  private List<ConsumerRecord<byte[], byte[]>> records(int p, long from, long to) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (long o = from; o < to; o++) {
      World.Content content = world.committed(p, o);
      if (content instanceof World.Message message) {
        Headers headers = new RecordHeaders();
        if (message.copy() != null) headers.add(Names.FORWARD_HEADER, utf8(message.copy()));
        records.add(record(p, o, utf8(message.room()), utf8("" + message.id()), headers));
      } else if (content instanceof World.Claim claim) {
        var barrier = claim.barrier().record("t", p);
        records.add(record(p, o, barrier.key(), barrier.value(), barrier.headers()));
      }
    }
    return records;
  }

  private static ConsumerRecord<byte[], byte[]> record(
      int p, long o, byte[] key, byte[] value, Headers headers) {
    return new ConsumerRecord<>(
        "t", p, o, 0, TimestampType.CREATE_TIME, -1, -1, key, value, headers, Optional.empty());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Somebody resumes in a room, as {@link Joins} has it, and stays a while or not. */
  void resume(Choices c) {
    String name = World.ROOMS.get(c.pick(World.ROOMS.size()));
    Room room = table.log.room(name);
    Following following =
        table.following(room == null ? table.topology().partitionOf(name) : room.partition());
    if (following == null || !following.begun() || !following.caughtUp()) return;
    if (room == null && !table.log.foremost(following.number())) return;
    Room held = room == null ? table.hold(name) : room;
    Position here = table.log.position(held);
    Position after = place(name, c);
    if (!after.isAfter(here)) answer(held, after, here, room == null);
    if (c.pick(2) == 0 && pinned.add(held)) held.pin();
    table.settleUse(held);
  }

  private Position place(String room, Choices c) {
    List<Answer> before = answers.stream().filter(each -> each.room.equals(room)).toList();
    if (before.isEmpty() || c.rarely(4)) {
      return new Position(0, table.log.log().owner(0, room), -1);
    }
    Answer one = before.get(c.pick(before.size()));
    return one.had.isEmpty() || c.pick(2) == 0 ? one.upTo : one.had.get(c.pick(one.had.size()));
  }

  private void answer(Room room, Position after, Position here, boolean takenUpNow) {
    String name = room.room();
    List<Position> had = new ArrayList<>();
    if (room.covers(after, table.log.log())) {
      made.add(Made.OF_MEMORY);
      room.ring.after(after).forEach(entry -> had.add(entry.position()));
    } else {
      Position covered = room.covered();
      int p = covered.partition();
      PartitionView view =
          table.log.follows(p) ? table.log.view(p) : PartitionView.of(table.log.log(), p);
      Gap gap = new Gap(after, covered, view);
      Optional<List<Position>> read = GapReader.read(gap, name, world);
      if (read.isEmpty()) return;
      made.add(Made.OF_A_GAP);
      if (GapReader.stretches(gap, name) > 1) made.add(Made.OF_A_GAP_OVER_PARTITIONS);
      had.addAll(read.get());
      for (Entry entry : room.ring.after(covered)) had.add(entry.position());
    }
    if (takenUpNow) made.add(Made.OF_A_ROOM_TAKEN_UP_NOW);
    if (after.offset() < 0) made.add(Made.OF_A_ROOM_FROM_ITS_BEGINNING);
    world.tell(() -> "room " + name + " after " + after + " has " + had + " up to " + here);
    answers.add(new Answer(name, after, here, had));
  }

  /** Somebody leaves. */
  void leave(Choices c) {
    if (pinned.isEmpty()) return;
    Room room = List.copyOf(pinned).get(c.pick(pinned.size()));
    pinned.remove(room);
    room.unpin();
    table.settleUse(room);
  }
}
