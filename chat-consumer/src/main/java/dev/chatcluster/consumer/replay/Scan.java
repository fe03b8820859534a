package dev.chatcluster.consumer.replay;

import dev.chatcluster.consumer.message.Messages;
import dev.chatcluster.consumer.replay.Cursor.Stage;
import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.roomlog.room.Located;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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

  private static final long LONGEST_TURN = 50_000_000L;

  private final int partition;
  private final Messages messages;
  private final List<Cursor> cursors = new ArrayList<>();
  private final Map<String, List<Cursor>> byRoom = new HashMap<>();
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

  /** Forgets cursors that were dropped; a pass that then serves nobody is over. */
  void sweep() {
    cursors.removeIf(each -> each.stage() == Stage.DROPPED);
    byRoom.values().forEach(list -> list.removeIf(each -> each.stage() == Stage.DROPPED));
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
    for (Cursor each : cursors) {
      if (each.stage() == Stage.WANTING && each.next() >= start) serve(each);
    }
    return Optional.of(start);
  }

  private void serve(Cursor cursor) {
    cursor.serve(true);
    byRoom.computeIfAbsent(cursor.listener().room(), _ -> new ArrayList<>()).add(cursor);
  }

  /**
   * Shows one record to the cursors of its room.
   *
   * @param log fingerprint
   */
  void show(ConsumerRecord<byte[], byte[]> record, String log, int pieceLimit) {
    if (Messages.isControl(record)) return;
    if (!(messages.room(record) instanceof Located.In(String room))) return;
    List<Cursor> served = byRoom.get(room);
    if (served == null) return;
    Entry entry = null;
    for (Cursor each : served) {
      int home = each.wants(record.offset());
      if (home < 0) continue;
      // Nearly all share one entry; who has just begun knows less of what came before.
      if (entry == null || entry.position().epoch() != home || entry.prev() != each.last()) {
        entry = Messages.entry(record, each.listener().room(), log, home, each.last());
      }
      each.offer(entry, pieceLimit);
    }
  }

  /**
   * After a poll: hands over what was gathered, tells of cursors whose stretch is read, and ends
   * the pass when it serves nobody or others have waited long enough.
   *
   * @param reached the consumer's position; offsets of a log have holes, so nothing else counts
   * @param read is told of those who need nothing more of this partition
   */
  void reached(long reached, long now, Consumer<Cursor> read) {
    // A turn is counted from its first step: a fetch that is slow to begin starves nobody.
    if (!moving && reached > position) {
      moving = true;
      movingSince = now;
    }
    position = reached;
    boolean serving = false;
    boolean waiting = false;
    List<Cursor> done = new ArrayList<>();
    for (Cursor each : cursors) {
      if (!each.served()) {
        waiting |= each.stage() == Stage.WANTING;
        continue;
      }
      serving = true;
      // Who stands further on is served when the pass comes by, or by one that begins there.
      if (each.next() > reached) continue;
      each.seen(reached);
      each.handOver();
      if (each.stretchIsRead()) done.add(each);
    }
    if (!done.isEmpty()) {
      cursors.removeIf(Cursor::stretchIsRead);
      // It may be served by another partition's scan from here on, whose offsets are not ours.
      byRoom.values().forEach(list -> list.removeIf(Cursor::stretchIsRead));
      serving = cursors.stream().anyMatch(Cursor::served);
    }
    if (!serving || (waiting && moving && now - movingSince > LONGEST_TURN)) end(now);
    done.forEach(read);
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
}
