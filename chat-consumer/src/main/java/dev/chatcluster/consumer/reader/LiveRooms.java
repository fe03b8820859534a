package dev.chatcluster.consumer.reader;

import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.message.Arrival;
import dev.chatcluster.consumer.message.Messages;
import dev.chatcluster.consumer.metrics.ReaderMetrics;
import dev.chatcluster.consumer.metrics.ReplayMetrics;
import dev.chatcluster.consumer.replay.LiveHeads;
import dev.chatcluster.consumer.replay.Replay;
import dev.chatcluster.consumer.replay.ResumePoint;
import dev.chatcluster.consumer.room.From;
import dev.chatcluster.consumer.room.LoopSink;
import dev.chatcluster.consumer.room.Membership;
import dev.chatcluster.consumer.room.RoomListener;
import dev.chatcluster.consumer.room.Rooms;
import dev.chatcluster.consumer.room.Started;
import dev.chatcluster.consumer.room.Started.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The rooms of all partitions that are read, and who listens to them. Everything happens on the
 * reader's thread, between two polls: what the ports {@link Rooms} and {@link LiveHeads} are asked
 * for is left in its mailbox. The order in which a loop is told of a listener and handed entries is
 * the splice of history and live messages.
 */
final class LiveRooms implements Rooms, LiveHeads {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String topic;
  private final Supplier<Topology> topology;
  private final Messages messages;
  private final Mailbox mailbox;
  private final Replay replay;
  private final ReaderMetrics metrics;
  private final ReplayMetrics resumes;
  private final Misfits misfits;
  private final Map<Integer, Following> followings = new ConcurrentHashMap<>();
  private final Map<LoopSink, LoopBatch> batches = new IdentityHashMap<>();
  private final List<LoopBatch> dirty = new ArrayList<>();
  private String closedFor;
  private int listening;

  LiveRooms(
      String topic,
      Supplier<Topology> topology,
      Messages messages,
      Mailbox mailbox,
      Replay replay,
      ReaderMetrics metrics,
      ReplayMetrics resumes) {
    this.topic = topic;
    this.topology = topology;
    this.messages = messages;
    this.mailbox = mailbox;
    this.replay = replay;
    this.metrics = metrics;
    this.resumes = resumes;
    misfits = new Misfits(metrics);
  }

  // The ports: any thread.

  @Override
  public Registration join(String room, From from, LoopSink loop, RoomListener listener) {
    Membership member = new Membership(room, loop, listener, this::left);
    mailbox.post(() -> begin(member, from));
    return member;
  }

  @Override
  public int partitionOf(String room) {
    return topology.get().partitionOf(room);
  }

  private void left(Membership member) {
    mailbox.post(() -> leave(member));
  }

  @Override
  public long head(int partition) {
    Following following = followings.get(partition);
    return following == null ? 0 : Math.max(0, following.head());
  }

  @Override
  public void splice(Membership listener, int partition, long from, LongConsumer joined) {
    mailbox.post(
        () -> {
          Following following = follow(partition, false);
          when(
              following,
              new Following.Waiting(
                  listener,
                  from,
                  true,
                  System.nanoTime(),
                  head -> {
                    count(following, listener);
                    listener.joined();
                    joined.accept(head);
                  }));
        });
  }

  @Override
  public void enter(Membership listener, int partition, Outcome outcome, String earliest) {
    mailbox.post(
        () -> {
          Following following = follow(partition, false);
          when(
              following,
              new Following.Waiting(
                  listener,
                  0,
                  true,
                  System.nanoTime(),
                  head -> live(following, listener, outcome, earliest)));
        });
  }

  @Override
  public void release(Membership listener, int partition) {
    mailbox.post(() -> unpin(follow(partition, false)));
  }

  // What follows is the reader's thread alone.

  Collection<Following> followings() {
    return followings.values();
  }

  Following following(TopicPartition partition) {
    return followings.get(partition.partition());
  }

  /** Reads the partition from now on, if it is not read yet. */
  Following follow(int partition, boolean own) {
    Following following =
        followings.computeIfAbsent(
            partition,
            p ->
                new Following(
                    new TopicPartition(topic, p), own, metrics.partition(p), System.nanoTime()));
    following.usedAt = System.nanoTime();
    return following;
  }

  private void begin(Membership member, From from) {
    if (member.cancelled()) return;
    if (closedFor != null) {
      member.failed(closedFor);
      return;
    }
    Topology current = topology.get();
    switch (from) {
      case From.Now _ -> beginLive(current, member, Outcome.LIVE);
      case From.After(String token) -> {
        switch (ResumePoint.of(current, member.room(), token)) {
          case ResumePoint.Refused(Outcome outcome) -> beginLive(current, member, outcome);
          case ResumePoint.At at -> beginAfter(at, member);
        }
      }
    }
  }

  private void beginLive(Topology current, Membership member, Outcome outcome) {
    Following following = follow(current.partitionOf(member.room()), false);
    when(following, waiting(member, _ -> live(following, member, outcome, null)));
  }

  private void beginAfter(ResumePoint.At at, Membership member) {
    Following following = follow(at.partition(), false);
    when(
        following,
        waiting(
            member,
            head -> {
              if (at.next() == head) {
                live(following, member, Outcome.RECOVERED, null);
              } else {
                following.pins++;
                replay.resume(member, at);
              }
            }));
  }

  private static Following.Waiting waiting(Membership member, LongConsumer then) {
    return new Following.Waiting(member, 0, false, System.nanoTime(), then);
  }

  private void when(Following following, Following.Waiting waiting) {
    // A replay may come to its end after the rooms were closed.
    if (closedFor != null) refuse(following, waiting, closedFor);
    else if (following.live() && following.head() >= waiting.from()) arrived(following, waiting);
    else following.waiting.add(waiting);
  }

  private void arrived(Following following, Following.Waiting waiting) {
    if (waiting.replayed()) unpin(following);
    if (!waiting.listener().cancelled()) waiting.then().accept(following.head());
  }

  private void refuse(Following following, Following.Waiting waiting, String sentence) {
    if (waiting.replayed()) unpin(following);
    waiting.listener().failed(sentence);
  }

  private void unpin(Following following) {
    following.pins--;
    following.usedAt = System.nanoTime();
  }

  private void live(Following following, Membership member, Outcome outcome, String earliest) {
    resumes.resumed(outcome);
    count(following, member);
    String position = topology.get().tokenBefore(following.partition.partition(), following.head());
    member.live(new Started(outcome, position, earliest));
  }

  private void count(Following following, Membership member) {
    following.rooms.computeIfAbsent(member.room(), Room::new).add(member, batch(member.loop()));
    listening++;
  }

  private LoopBatch batch(LoopSink loop) {
    return batches.computeIfAbsent(loop, LoopBatch::new);
  }

  private void leave(Membership member) {
    Following following = followings.get(topology.get().partitionOf(member.room()));
    if (following == null) return;
    Room room = following.rooms.get(member.room());
    if (room == null || !room.remove(member, batch(member.loop()))) return;
    listening--;
    if (room.empty()) following.rooms.remove(member.room());
    following.usedAt = System.nanoTime();
  }

  /** A partition's start is known, or its reading has come further. */
  void advanced(Following following, long head) {
    following.head(head);
    if (following.waiting.isEmpty()) return;
    List<Following.Waiting> waiting = following.waiting;
    following.waiting = new ArrayList<>();
    for (Following.Waiting each : waiting) when(following, each);
  }

  /** Takes one record; what is not a message in its place is counted and goes no further. */
  void take(Following following, ConsumerRecord<byte[], byte[]> record, Topology current) {
    switch (messages.arrival(record, current)) {
      case Arrival.Message(String name) -> {
        Room room = following.rooms.get(name);
        if (room != null) room.append(record, current, dirty);
      }
      case Arrival.Stray(String room) ->
          misfits.stray(following, record, room, current.partitionOf(room));
      case Arrival.Roomless roomless -> misfits.skipped(following, record, roomless.reason());
      case Arrival.Control _ -> {}
    }
  }

  /** Hands each loop what one poll had for it. */
  void handOver() {
    for (LoopBatch each : dirty) each.handOver();
    dirty.clear();
  }

  /** Gives up those who wait too long for Kafka, and forgets those who left. */
  void tick(long now) {
    for (Following following : followings.values()) {
      following.waiting.removeIf(each -> givenUp(following, each, now));
    }
    int rooms = 0;
    int followed = 0;
    for (Following following : followings.values()) {
      rooms += following.rooms.size();
      if (!following.own) followed++;
    }
    metrics.now(followed, rooms, listening);
  }

  private boolean givenUp(Following following, Following.Waiting waiting, long now) {
    boolean late = now - waiting.since() > PATIENCE.toNanos();
    if (!late && !waiting.listener().cancelled()) return false;
    if (waiting.replayed()) unpin(following);
    if (late) {
      waiting
          .listener()
          .failed(
              "Kafka does not answer for partition "
                  + following.partition.partition()
                  + ": subscribe again later.");
    }
    return true;
  }

  /** The partition cannot be read on without a gap: whoever listens must come again. */
  void fail(Following following, String sentence) {
    following.head(-1);
    for (Room room : following.rooms.values()) {
      for (Membership each : room.listeners()) each.failed(sentence);
      listening -= room.listeners().size();
    }
    following.rooms.clear();
  }

  /** Takes nobody any more, and fails those who are there; null opens again. */
  void close(String sentence) {
    closedFor = sentence;
    if (sentence == null) return;
    for (Following following : followings.values()) {
      fail(following, sentence);
      for (Following.Waiting each : following.waiting) refuse(following, each, sentence);
      following.waiting.clear();
    }
  }

  /** Stops following a partition that nobody needs any more. */
  void forget(Following following) {
    followings.remove(following.partition.partition());
    following.meters.lag(0);
  }
}
