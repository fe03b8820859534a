package dev.chatcluster.consumer.reader;

import dev.chatcluster.consumer.message.Messages;
import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.LoopSink;
import dev.chatcluster.consumer.router.Seen;
import dev.chatcluster.roomlog.order.Barrier;
import dev.chatcluster.roomlog.order.LogReader.Met;
import dev.chatcluster.roomlog.order.PartitionView;
import dev.chatcluster.roomlog.order.RoomLog;
import dev.chatcluster.roomlog.room.Located;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Shows records to their rooms, and gathers for each event loop what one poll has for it. */
final class Intake {
  private final RoomTable table;
  private final Messages messages;
  private final Seen seen;
  private final Misfits misfits;

  /** Reads the control log to an end sampled now; false when that takes too long. */
  private final BooleanSupplier readControlLog;

  private final Map<LoopSink, LoopBatch> batches = new IdentityHashMap<>();
  private final List<LoopBatch> dirty = new ArrayList<>();

  /** Whether the control log was read since this poll's records were there. */
  private boolean controlLogIsRead;

  Intake(
      RoomTable table,
      Messages messages,
      Seen seen,
      Misfits misfits,
      BooleanSupplier readControlLog) {
    this.table = table;
    this.messages = messages;
    this.seen = seen;
    this.misfits = misfits;
    this.readControlLog = readControlLog;
  }

  /** What a poll has for the loop. */
  LoopBatch batch(LoopSink loop) {
    return batches.computeIfAbsent(loop, LoopBatch::new);
  }

  /** To be called after each poll. */
  void polled() {
    controlLogIsRead = false;
  }

  /**
   * Takes a partition's records of one poll.
   *
   * @return whether all were taken; if not, the reading was sent elsewhere
   */
  boolean take(Following following, List<ConsumerRecord<byte[], byte[]>> records) {
    for (int i = 0; i < records.size(); i++) {
      ConsumerRecord<byte[], byte[]> record = records.get(i);
      if (Messages.isControl(record)) {
        if (!meet(following, record)) return false;
      } else {
        take(following, record);
      }
    }
    following.meters.read(records.size());
    return true;
  }

  private void take(Following following, ConsumerRecord<byte[], byte[]> record) {
    boolean first = record.offset() >= following.counted;
    switch (messages.room(record)) {
      case Located.Nowhere reason -> {
        if (first) misfits.skipped(following, record, reason);
      }
      case Located.In(String room) -> {
        int home = table.log.place(following.number(), room, record.offset());
        if (home >= 0) place(following, record, room, home);
        else if (home == RoomLog.STRAY) stray(following, record, room, first);
        // Withheld records are read again when the epoch to come is published.
        else assert home == PartitionView.WITHHELD;
      }
    }
  }

  private void place(
      Following following, ConsumerRecord<byte[], byte[]> record, String name, int home) {
    Room room = table.log.room(name);
    if (room == null) {
      if (!table.keepsIdle(name, home, following.number())) return;
      room = table.hold(name, home, following, record.offset());
    }
    if (!table.log.takes(room, home, following.number(), record.offset())) return;
    Entry entry =
        Messages.entry(
            record, room.room(), table.topology().fingerprint(), home, room.prev(table.log.log()));
    room.deliver(entry, dirty);
    table.rings.append(room, entry);
  }

  private void stray(
      Following following, ConsumerRecord<byte[], byte[]> record, String room, boolean first) {
    seen.stray(following.number(), record.offset());
    if (!first) return;
    if (Messages.isCopy(record)) misfits.forgedCopy(record);
    misfits.stray(following, record, room, table.topology().partitionOf(room));
  }

  /** Shows a record of the protocol; false when it is to be read again. */
  private boolean meet(Following following, ConsumerRecord<byte[], byte[]> record) {
    Optional<Barrier> read = Barrier.read(record.key(), record.headers(), record.value());
    boolean first = record.offset() >= following.counted;
    if (read.isEmpty()) {
      if (first) misfits.forgedBarrier(record);
      return true;
    }
    Met met = meet(following, record, read.get());
    if (met == Met.UNKNOWN) {
      // The table must know how far it was read before it may be sent elsewhere.
      table.reached(following, record.offset());
      if (!readControlLog.getAsBoolean()) {
        table.again(following);
        return false;
      }
      controlLogIsRead = true;
      if (following.resought) return false;
      met = meet(following, record, read.get());
    }
    if (met == Met.FORGED && first) misfits.forgedBarrier(record);
    return true;
  }

  private Met meet(Following following, ConsumerRecord<byte[], byte[]> record, Barrier barrier) {
    return table.log.meet(following.number(), record.offset(), barrier, controlLogIsRead);
  }

  /** Hands each loop what one poll had for it. */
  void handOver() {
    for (int i = 0; i < dirty.size(); i++) dirty.get(i).handOver();
    dirty.clear();
  }
}
