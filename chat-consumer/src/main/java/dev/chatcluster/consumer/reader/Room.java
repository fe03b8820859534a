package dev.chatcluster.consumer.reader;

import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.message.Messages;
import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.Membership;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A room that somebody here listens to; the reader's own. */
final class Room {
  private final String id;
  private final Set<Membership> listeners = new HashSet<>();
  private final List<OnLoop> loops = new ArrayList<>(4);
  private String last;

  /** Listeners of one event loop. */
  private static final class OnLoop {
    final LoopBatch batch;
    int listeners;

    OnLoop(LoopBatch batch) {
      this.batch = batch;
    }
  }

  Room(String id) {
    this.id = id;
  }

  void add(Membership listener, LoopBatch batch) {
    if (listeners.add(listener)) onLoop(batch).listeners++;
  }

  /** Counts the listener out; false when it was not in. */
  boolean remove(Membership listener, LoopBatch batch) {
    if (!listeners.remove(listener)) return false;
    OnLoop loop = onLoop(batch);
    if (--loop.listeners == 0) loops.remove(loop);
    return true;
  }

  private OnLoop onLoop(LoopBatch batch) {
    for (OnLoop each : loops) if (each.batch == batch) return each;
    OnLoop added = new OnLoop(batch);
    loops.add(added);
    return added;
  }

  Set<Membership> listeners() {
    return listeners;
  }

  boolean empty() {
    return listeners.isEmpty();
  }

  /** Makes the record the room's newest entry, and part of the poll's batch of each loop. */
  void append(ConsumerRecord<byte[], byte[]> record, Topology topology, List<LoopBatch> dirty) {
    Entry entry = Messages.entry(record, id, topology, last);
    last = entry.token();
    for (OnLoop each : loops) if (each.batch.add(entry)) dirty.add(each.batch);
  }
}
