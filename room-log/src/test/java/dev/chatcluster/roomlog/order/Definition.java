package dev.chatcluster.roomlog.order;

import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.position.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * What a room's log is, as it is written down: minima and maxima over sets of epochs. Slow, and
 * shares nothing with the code that is held against it.
 */
public record Definition(List<Epoch> epochs) {
  /** A message in its place. */
  public record Entry(Position position, World.Message message) {}

  private long barrier(int j, int p) {
    List<Long> all = epochs.get(j).barriers();
    return p < all.size() ? all.get(p) : 0;
  }

  private long routed(int j, int p) {
    if (j == epochs.size()) return Long.MAX_VALUE;
    List<Long> all = epochs.get(j).routed();
    return p < all.size() ? all.get(p) : 0;
  }

  public int owner(int j, String room) {
    Epoch epoch = epochs.get(j);
    return epoch.partitioning().partition(room, epoch.partitions());
  }

  int newest() {
    return epochs.size() - 1;
  }

  /** F of the newest epoch. */
  long routed(int p) {
    return routed(newest(), p);
  }

  /** {@code max { j : B_j(p) <= o }}. */
  int seg(int p, long o) {
    return IntStream.rangeClosed(0, newest()).filter(j -> barrier(j, p) <= o).max().getAsInt();
  }

  /** {@code min { j >= seg : o < F_j+1(p) }}. */
  int route(int p, long o) {
    return IntStream.rangeClosed(seg(p, o), newest())
        .filter(j -> o < routed(j + 1, p))
        .min()
        .getAsInt();
  }

  /** {@code min { j in [seg..route] : own(j,p,r) }}; empty for a stray. */
  OptionalInt home(String room, int p, long o) {
    return IntStream.rangeClosed(seg(p, o), route(p, o)).filter(j -> owner(j, room) == p).min();
  }

  /** L(r): the committed records in place, by home and then by offset. */
  public List<Entry> log(String room, World world) {
    List<Entry> log = new ArrayList<>();
    for (int p = 0; p < world.width(); p++) {
      for (long o = 0; o < world.end(p); o++) {
        World.Content content = world.committed(p, o);
        if (!(content instanceof World.Message message) || !message.room().equals(room)) continue;
        OptionalInt home = home(room, p, o);
        if (home.isPresent()) {
          log.add(new Entry(new Position(home.getAsInt(), p, o), message));
        }
      }
    }
    log.sort(Comparator.comparing(Entry::position));
    return log;
  }
}
