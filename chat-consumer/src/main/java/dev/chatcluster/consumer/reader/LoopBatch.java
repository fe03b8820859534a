package dev.chatcluster.consumer.reader;

import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.LoopSink;
import java.util.ArrayList;
import java.util.List;

/** What one poll has for one event loop. */
final class LoopBatch {
  private final LoopSink loop;
  private List<Entry> entries;
  private int size;

  LoopBatch(LoopSink loop) {
    this.loop = loop;
  }

  /** Adds an entry; true when it is the poll's first. */
  boolean add(Entry entry) {
    boolean first = entries == null;
    if (first) entries = new ArrayList<>(Math.max(8, size));
    entries.add(entry);
    return first;
  }

  /** Hands the poll's entries over, in one call. */
  void handOver() {
    List<Entry> polled = entries;
    entries = null;
    size = polled.size();
    loop.deliver(polled);
  }
}
