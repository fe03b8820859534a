package dev.chatcluster.consumer.reader;

import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.roomlog.position.Position;
import java.util.ArrayList;
import java.util.List;

/** The last entries of a room, as small as they are few. */
final class Ring {
  private static final Entry[] EMPTY = {};

  private Entry[] slots = EMPTY;
  private int first;
  private int size;
  private int payload;
  private long weight;

  int size() {
    return size;
  }

  /** Bytes that the senders wrote. */
  int payload() {
    return payload;
  }

  /** Bytes of memory, about. */
  long weight() {
    return weight;
  }

  void add(Entry entry) {
    if (size == slots.length) grow();
    slots[(first + size) & (slots.length - 1)] = entry;
    size++;
    payload += entry.payload();
    weight += entry.weight();
  }

  private void grow() {
    Entry[] larger = new Entry[Math.max(1, slots.length * 2)];
    for (int i = 0; i < size; i++) larger[i] = get(i);
    slots = larger;
    first = 0;
  }

  Entry removeOldest() {
    Entry oldest = slots[first];
    slots[first] = null;
    first = (first + 1) & (slots.length - 1);
    size--;
    payload -= oldest.payload();
    weight -= oldest.weight();
    return oldest;
  }

  void clear() {
    slots = EMPTY;
    first = 0;
    size = 0;
    payload = 0;
    weight = 0;
  }

  private Entry get(int index) {
    return slots[(first + index) & (slots.length - 1)];
  }

  /** The last entries, at most so many, oldest first. */
  List<Entry> last(int most) {
    return from(Math.max(0, size - most));
  }

  /** The entries behind a place, oldest first. */
  List<Entry> after(Position place) {
    int from = size;
    while (from > 0 && get(from - 1).position().isAfter(place)) from--;
    return from(from);
  }

  private List<Entry> from(int index) {
    List<Entry> entries = new ArrayList<>(size - index);
    for (int i = index; i < size; i++) entries.add(get(i));
    return entries;
  }
}
