package dev.chatcluster.consumer.replay;

import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.message.Arrival;
import dev.chatcluster.consumer.message.Messages;
import dev.chatcluster.consumer.replay.Cursor.Stage;
import dev.chatcluster.consumer.room.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * All cursors of one partition, served by one pass over it at a time: a pass starts where the
 * cursor that waited longest stands, and serves every cursor that it comes by. Cursors behind it
 * wait for the next pass; a pass that keeps others waiting is short. No I/O; the replay thread's
 * own.
 */
final class Scan {
  /** A pass starts this much earlier when another cursor waits there. */
  private static final long NEARBY = 50_000;

  /** Records before the head at which a cursor joins the live reading. */
  private static final long NEAR_HEAD = 5_000;

  private static final long LONGEST_TURN = 50_000_000L;

  private final int partition;
  private final Messages messages;
  private final List<Cursor> cursors = new ArrayList<>();
  private final Map<String, List<Cursor>> byRoom = new HashMap<>();
  private final Map<String, String> lastTokens = new HashMap<>();
  private boolean passing;
  private long position;
  private boolean moving;
  private long movingSince;

  Scan(int partition, Messages messages) {
    this.partition = partition;
    this.messages = messages;
  }

  int partition() {
    return partition;
  }

  List<Cursor> cursors() {
    return cursors;
  }

  boolean passing() {
    return passing;
  }

  void add(Cursor cursor) {
    cursors.add(cursor);
    if (passing && cursor.next() >= position) serve(cursor);
  }

  /** Forgets cursors that need nothing any more; a pass that then serves nobody is over. */
  void sweep() {
    cursors.removeIf(each -> each.stage() == Stage.DONE);
    byRoom.values().forEach(list -> list.removeIf(each -> each.stage() == Stage.DONE));
    passing &= !cursors.isEmpty();
  }

  /** Begins a pass when none is on and somebody wants records; the offset to seek to. */
  Optional<Long> begin(long now) {
    if (passing) return Optional.empty();
    Optional<Cursor> longest =
        cursors.stream()
            .filter(each -> each.stage() == Stage.WANTING)
            .min(Comparator.comparingLong(Cursor::waitingSince));
    if (longest.isEmpty()) return Optional.empty();
    long from = longest.get().next();
    long start =
        cursors.stream()
            .filter(each -> each.stage() == Stage.WANTING && each.next() >= from - NEARBY)
            .mapToLong(Cursor::next)
            .min()
            .orElse(from);
    position = start;
    moving = false;
    passing = true;
    byRoom.clear();
    lastTokens.clear();
    for (Cursor each : cursors) {
      if (each.stage() == Stage.WANTING && each.next() >= start) serve(each);
    }
    return Optional.of(start);
  }

  private void serve(Cursor cursor) {
    cursor.serve(true);
    byRoom.computeIfAbsent(cursor.listener().room(), _ -> new ArrayList<>()).add(cursor);
  }

  /** Shows one record to the cursors of its room. */
  void show(ConsumerRecord<byte[], byte[]> record, Topology topology, int pieceLimit) {
    if (!(messages.arrival(record, topology) instanceof Arrival.Message(String room))) return;
    List<Cursor> served = byRoom.get(room);
    if (served == null) return;
    Entry entry = Messages.entry(record, room, topology, lastTokens.get(room));
    lastTokens.put(room, entry.token());
    for (Cursor each : served) {
      if (each.wants(record.offset())) each.offer(entry, pieceLimit);
    }
  }

  /**
   * After a poll: hands over what was gathered, lets cursors near the head join, ends those that
   * have all, and ends the pass when it serves nobody or others have waited long enough.
   *
   * @param reached the consumer's position; offsets of a log have holes, so nothing else counts
   * @param head of the live reading
   */
  void reached(long reached, long head, long now, LiveHeads heads, JoinedSink joined) {
    // A turn is counted from its first step: a fetch that is slow to begin starves nobody.
    if (!moving && reached > position) {
      moving = true;
      movingSince = now;
    }
    position = reached;
    boolean serving = false;
    boolean waiting = false;
    for (Cursor each : cursors) {
      if (!each.served()) {
        waiting |= each.stage() == Stage.WANTING;
        continue;
      }
      // Who stands further on is served when the pass comes by, or by one that begins there.
      if (each.next() > reached) continue;
      each.seen(reached);
      each.handOver();
      if (each.next() >= each.until()) {
        each.end();
      } else if (each.until() == Long.MAX_VALUE && reached >= head - NEAR_HEAD) {
        if (each.join()) {
          heads.splice(each.listener(), partition, each.next(), at -> joined.accept(each, at));
        }
      } else {
        serving = true;
      }
    }
    if (!serving || (waiting && moving && now - movingSince > LONGEST_TURN)) end(now);
  }

  /** Ends the pass: whoever still wants records waits for the next one. */
  void end(long now) {
    passing = false;
    for (Cursor each : cursors) {
      if (each.served() && each.next() <= position) each.waitsFrom(now);
      each.serve(false);
    }
  }

  /** Ends the pass without believing its position: cursors go on where they stand. */
  void abandon(long now) {
    if (passing) end(now);
  }

  /** Tells the reader's head to a cursor, on the replay thread. */
  interface JoinedSink {
    void accept(Cursor cursor, long head);
  }
}
