package dev.chatcluster.consumer.send;

import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.roomlog.order.RoomLog;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * The partition that a session writes a room's messages to, and how far they are known to be there.
 * It stays where it is until everything in it has its place in the room's log; that is always
 * correct, since routers forward what does not belong there. The sender's thread's own, but for the
 * answers, which come on any.
 */
final class RoomPath {
  private static final int NOWHERE = -1;

  private final String room;
  private int partition = NOWHERE;
  private int onTheirWay;

  /** The last offset in the partition that was acknowledged; -1 without one. */
  private long last = -1;

  private boolean begun;

  /** The control log is being read to an end that is younger than this path; null before. */
  private CompletableFuture<Topology> caughtUp;

  /** In which epoch {@link #ends} were asked for. */
  private int waitsIn = -1;

  private Map<Integer, CompletableFuture<Long>> ends = Map.of();

  RoomPath(String room) {
    this.room = room;
  }

  /** The partition to write to; call {@link #begin} and {@link #settled} first. */
  int partition() {
    return partition;
  }

  /**
   * Whether the session's first message to the room may go. Its client may have sent others over
   * another pod, which lie where the room was before and wait to be routed: without knowing the
   * last of them, all that is there now has to be routed first. Where the room was, only a control
   * log says that was read after the client came: the other pod may have known more of it.
   *
   * @param after the last message that the client knows of; null when it does not say
   */
  boolean begin(Topology topology, Ack after, Routed routed) {
    if (begun) return true;
    if (after != null) {
      move(after.partition());
      sent();
      answered(after.offset());
    } else if (!formerSettled(topology, routed)) {
      return false;
    }
    begun = true;
    caughtUp = null;
    ends = Map.of();
    return true;
  }

  private boolean formerSettled(Topology topology, Routed routed) {
    if (caughtUp == null || caughtUp.isCompletedExceptionally()) {
      caughtUp = routed.topologyFromNow();
    }
    if (!caughtUp.isDone() || caughtUp.isCompletedExceptionally()) return false;
    Topology read = caughtUp.join();
    RoomLog log = newer(topology, read).log();
    boolean failed = ends.values().stream().anyMatch(CompletableFuture::isCompletedExceptionally);
    if (waitsIn != log.newest() || failed) {
      waitsIn = log.newest();
      ends = new HashMap<>();
      TreeSet<Integer> former = new TreeSet<>();
      for (int k = 0; k < log.newest(); k++) former.add(log.owner(k, room));
      former.remove(log.owner(log.newest(), room));
      for (int each : former) ends.put(each, routed.endFromNow(each));
    }
    for (var each : ends.entrySet()) {
      CompletableFuture<Long> end = each.getValue();
      if (!end.isDone() || end.isCompletedExceptionally()) return false;
      if (!routed.passed(each.getKey(), end.join())) return false;
    }
    return true;
  }

  private static Topology newer(Topology one, Topology other) {
    return one.log().newest() >= other.log().newest() ? one : other;
  }

  /** Whether nothing of this session waits to be routed: it may write elsewhere from now on. */
  synchronized boolean settled(Topology topology, Routed routed) {
    if (!idle()) return false;
    long offset = last;
    if (partition == NOWHERE || offset < 0) return true;
    RoomLog log = topology.log();
    // In place it is in the room's log already, before all that is written anywhere from now on.
    // Behind the last barrier that is known, it may as well lie behind one that is not.
    if (offset < log.barrier(log.newest(), partition)
        && log.home(room, partition, offset) != RoomLog.STRAY) {
      return true;
    }
    return routed.passed(partition, offset + 1);
  }

  /** Goes where the room is, as soon as it may; true when it is there. */
  boolean bringHome(Topology topology, Routed routed) {
    int home = topology.partitionOf(room);
    if (home != partition && settled(topology, routed)) move(home);
    return home == partition;
  }

  /** Writes to another partition from now on. */
  synchronized void move(int to) {
    if (to == partition) return;
    partition = to;
    last = -1;
  }

  /** One more is on its way. */
  synchronized void sent() {
    onTheirWay++;
  }

  /**
   * One has its answer. Any thread.
   *
   * @param offset that it has in the partition; -1 when it was not written
   */
  synchronized void answered(long offset) {
    onTheirWay--;
    last = Math.max(last, offset);
  }

  synchronized boolean idle() {
    return onTheirWay == 0;
  }
}
