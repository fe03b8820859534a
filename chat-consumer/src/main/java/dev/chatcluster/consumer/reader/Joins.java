package dev.chatcluster.consumer.reader;

import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.metrics.ReplayMetrics;
import dev.chatcluster.consumer.replay.Gap;
import dev.chatcluster.consumer.replay.Offsets;
import dev.chatcluster.consumer.replay.Replay;
import dev.chatcluster.consumer.replay.ResumePoint;
import dev.chatcluster.consumer.replay.Splices;
import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.From;
import dev.chatcluster.consumer.room.LoopSink;
import dev.chatcluster.consumer.room.Membership;
import dev.chatcluster.consumer.room.RoomListener;
import dev.chatcluster.consumer.room.Rooms;
import dev.chatcluster.consumer.room.Started;
import dev.chatcluster.consumer.room.Started.Outcome;
import dev.chatcluster.consumer.room.Started.Replayed;
import dev.chatcluster.roomlog.order.PartitionView;
import dev.chatcluster.roomlog.position.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Listeners come and go. What the ports {@link Rooms} and {@link Splices} are asked for is left in
 * the reader's mailbox and done between two polls: the order in which a loop is told of a listener
 * and handed entries is the splice of history and live messages.
 */
final class Joins implements Rooms, Splices, Membership.Host {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What a listener wants of its room. */
  private sealed interface Wish {
    /** To be live. */
    record Live(Outcome outcome, String earliest) implements Wish {}

    /** The last messages first. */
    record Last(int messages) implements Wish {}

    /**
     * Everything after a place.
     *
     * @param begun whether it has had a part of it
     * @param gap is told what memory lacks
     */
    record After(Position place, boolean begun, Consumer<Gap> gap) implements Wish {}
  }

  /** A listener on its way in. */
  private static final class Joining {
    final Membership member;
    final long since = System.nanoTime();
    Wish wish;
    boolean askingEnd;
    boolean written;

    Joining(Membership member, Wish wish) {
      this.member = member;
      this.wish = wish;
    }
  }

  private final RoomTable table;
  private final Intake intake;
  private final Supplier<Topology> topology;
  private final Supplier<CompletableFuture<Topology>> catchUp;
  private final Offsets offsets;
  private final Mailbox mailbox;
  private final Replay replay;
  private final ReplayMetrics resumes;
  private final Map<Membership, Room> pinned = new IdentityHashMap<>();
  private List<Joining> waiting = new ArrayList<>();
  private String closedFor;

  Joins(
      RoomTable table,
      Intake intake,
      Supplier<Topology> topology,
      Supplier<CompletableFuture<Topology>> catchUp,
      Offsets offsets,
      Mailbox mailbox,
      Replay replay,
      ReplayMetrics resumes) {
    this.table = table;
    this.intake = intake;
    this.topology = topology;
    this.catchUp = catchUp;
    this.offsets = offsets;
    this.mailbox = mailbox;
    this.replay = replay;
    this.resumes = resumes;
  }

  // The ports: any thread.

  @Override
  public Registration join(String room, From from, LoopSink loop, RoomListener listener) {
    Membership member = new Membership(room, loop, listener, this);
    mailbox.post(() -> begin(member, from));
    return member;
  }

  @Override
  public int partitionOf(String room) {
    return topology.get().partitionOf(room);
  }

  @Override
  public void left(Membership member) {
    mailbox.post(() -> leave(member));
  }

  @Override
  public void position(Membership member, Consumer<String> told) {
    mailbox.post(
        () -> {
          Room room = table.log.room(member.room());
          if (room != null && room.hears(member)) {
            member.positioned(token(table.log.position(room)), told);
          }
        });
  }

  @Override
  public void splice(Membership listener, Position after, Consumer<Gap> gap) {
    mailbox.post(() -> add(listener, new Wish.After(after, true, gap)));
  }

  @Override
  public void enter(Membership listener, Outcome outcome, String earliest) {
    mailbox.post(() -> add(listener, new Wish.Live(outcome, earliest)));
  }

  @Override
  public void release(Membership listener) {
    mailbox.post(() -> unpin(listener));
  }

  // What follows is the reader's thread alone.

  private void begin(Membership member, From from) {
    switch (from) {
      case From.Now _ -> add(member, new Wish.Live(Outcome.LIVE, null));
      case From.Last(int messages) -> add(member, new Wish.Last(messages));
      case From.After(String token) -> {
        if (ResumePoint.of(topology.get(), member.room(), token) instanceof ResumePoint.Unknown) {
          catchUp
              .get()
              .whenComplete((now, error) -> mailbox.post(() -> judge(member, token, now, error)));
        } else {
          judge(member, token, topology.get(), null);
        }
      }
    }
  }

  private void judge(Membership member, String token, Topology now, Throwable error) {
    if (error != null) {
      member.failed("The control log cannot be read just now: subscribe again later.");
      return;
    }
    add(
        member,
        switch (ResumePoint.of(now, member.room(), token)) {
          case ResumePoint.After(Position place) ->
              new Wish.After(place, false, gap -> replay.resume(member, gap));
          case ResumePoint.Refused(Outcome outcome) -> new Wish.Live(outcome, null);
          case ResumePoint.Unknown _ -> new Wish.Live(Outcome.BAD_TOKEN, null);
        });
  }

  private void add(Membership member, Wish wish) {
    if (closedFor != null) {
      unpin(member);
      member.failed(closedFor);
      return;
    }
    Joining joining = new Joining(member, wish);
    if (!attempt(joining)) waiting.add(joining);
  }

  /** Tries again for all who wait; to be called when partitions were read on. */
  void attemptAll() {
    if (waiting.isEmpty()) return;
    List<Joining> before = waiting;
    waiting = new ArrayList<>();
    for (Joining each : before) if (!attempt(each)) waiting.add(each);
  }

  /** Lets the listener in where that can be done now; whether it is dealt with. */
  private boolean attempt(Joining joining) {
    Membership member = joining.member;
    if (member.cancelled()) {
      unpin(member);
      return true;
    }
    Room room = table.log.room(member.room());
    Following following =
        table.follow(room == null ? table.topology().partitionOf(member.room()) : room.partition());
    if (!following.caughtUp()) {
      if (joining.wish instanceof Wish.After(Position place, _, _)) following.wants(place);
      return false;
    }
    if (room == null && !table.log.foremost(following.number())) return false;
    if (joining.wish instanceof Wish.After after && ahead(joining, room, after.place())) {
      return false;
    }
    Room held = room == null ? table.hold(member.room()) : room;
    switch (joining.wish) {
      case Wish.Live(Outcome outcome, String earliest) ->
          let(member, held, new Started(outcome, here(held), earliest), List.of());
      case Wish.Last(int messages) -> last(member, held, messages);
      case Wish.After after -> after(member, held, after);
    }
    return true;
  }

  private void last(Membership member, Room room, int messages) {
    List<Entry> entries = room.ring.last(messages);
    boolean older = entries.size() < room.ring.size() || !room.coveredFromTheFirst(table.log.log());
    String position = entries.isEmpty() ? here(room) : token(before(entries.getFirst()));
    let(
        member,
        room,
        new Started(Outcome.LIVE, position, null, new Replayed(entries.size(), older)),
        entries);
  }

  private static Position before(Entry entry) {
    Position at = entry.position();
    return new Position(at.epoch(), at.partition(), at.offset() - 1);
  }

  private void after(Membership member, Room room, Wish.After wish) {
    if (room.covers(wish.place(), table.log.log())) {
      List<Entry> rest = room.ring.after(wish.place());
      String position = rest.isEmpty() ? here(room) : token(wish.place());
      let(member, room, wish.begun() ? null : new Started(Outcome.RECOVERED, position, null), rest);
      return;
    }
    pin(member, room);
    Position covered = room.covered();
    int partition = covered.partition();
    PartitionView view =
        table.log.follows(partition)
            ? table.log.view(partition)
            : PartitionView.of(table.log.log(), partition);
    wish.gap().accept(new Gap(wish.place(), covered, view));
  }

  /**
   * Whether the place has not been read yet: another pod was ahead, or there is no such place, of
   * which Kafka is asked.
   */
  private boolean ahead(Joining joining, Room room, Position place) {
    Position here = room == null ? table.log.head(joining.member.room()) : table.log.position(room);
    if (!place.isAfter(here)) return false;
    if (joining.written || joining.askingEnd) return true;
    joining.askingEnd = true;
    offsets
        .end(place.partition())
        .whenComplete(
            (end, error) ->
                mailbox.post(
                    () -> {
                      joining.askingEnd = false;
                      if (error != null) return;
                      joining.written = place.offset() < end;
                      if (!joining.written) joining.wish = new Wish.Live(Outcome.BAD_TOKEN, null);
                    }));
    return true;
  }

  private void let(Membership member, Room room, Started started, List<Entry> rest) {
    room.add(member, intake.batch(member.loop()));
    table.listening++;
    table.settleUse(room);
    unpin(member);
    if (started != null) resumes.resumed(started.outcome());
    member.splice(started, rest);
  }

  private void pin(Membership member, Room room) {
    room.pin();
    table.settleUse(room);
    release(pinned.put(member, room));
  }

  private void unpin(Membership member) {
    release(pinned.remove(member));
  }

  private void release(Room room) {
    if (room == null) return;
    room.unpin();
    table.settleUse(room);
  }

  private void leave(Membership member) {
    unpin(member);
    Room room = table.log.room(member.room());
    if (room == null || !room.remove(member, intake.batch(member.loop()))) return;
    table.listening--;
    table.settleUse(room);
  }

  private String here(Room room) {
    return token(table.log.position(room));
  }

  private String token(Position position) {
    return table.topology().token(position);
  }

  /** Gives up those who wait too long for Kafka. */
  void tick(long now) {
    waiting.removeIf(
        each -> {
          if (now - each.since < PATIENCE.toNanos()) return false;
          unpin(each.member);
          each.member.failed(
              "Kafka does not answer for the partition of room "
                  + each.member.room()
                  + ": subscribe again later.");
          return true;
        });
  }

  /** Takes nobody any more, and fails those who wait; null opens again. */
  void close(String sentence) {
    closedFor = sentence;
    if (sentence == null) return;
    for (Joining each : waiting) {
      unpin(each.member);
      each.member.failed(sentence);
    }
    waiting.clear();
  }
}
