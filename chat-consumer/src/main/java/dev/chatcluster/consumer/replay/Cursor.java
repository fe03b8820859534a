package dev.chatcluster.consumer.replay;

import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.Membership;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One listener's progress through history; the replay thread's own. */
final class Cursor {
  /** What a cursor waits for. */
  enum Stage {
    /** Records, from {@code next} on. */
    WANTING,
    /** Its client, which has not taken the last piece while the next one is full. */
    PARKED,
    /** The reader, which is to count it in. */
    JOINING,
    /** Its client, to take the last piece but one; then it is live. */
    ENDING,
    /** Nothing: it is live, or its listener left. */
    DONE
  }

  private final Membership listener;
  private final int partition;
  private final Runnable more;
  private Stage stage = Stage.WANTING;
  private boolean served;
  private long next;
  private long until = Long.MAX_VALUE;
  private long waitingSince;
  private List<Entry> piece = new ArrayList<>();
  private long pieceBytes;
  private boolean outstanding;

  /**
   * @param next offset of the first record that is wanted
   * @param taken runs on any thread when the listener has room again
   */
  Cursor(Membership listener, int partition, long next, long now, Consumer<Cursor> taken) {
    this.listener = listener;
    this.partition = partition;
    this.next = next;
    waitingSince = now;
    more = () -> taken.accept(this);
  }

  Membership listener() {
    return listener;
  }

  int partition() {
    return partition;
  }

  Stage stage() {
    return stage;
  }

  /** The first offset that it has not seen. */
  long next() {
    return next;
  }

  /** The head at which it joined: nothing from there on is history. */
  long until() {
    return until;
  }

  /** When it last was part of a scan; who waited longest decides where the next one starts. */
  long waitingSince() {
    return waitingSince;
  }

  /** Whether the pass that is on shows it every record from {@code next} on. */
  boolean served() {
    return served;
  }

  void serve(boolean byThisPass) {
    served = byThisPass;
  }

  boolean wants(long offset) {
    return served && next <= offset && offset < until;
  }

  /**
   * Takes an entry, or is parked before it when two pieces are full.
   *
   * @param pieceLimit bytes after which a piece is full
   */
  void offer(Entry entry, int pieceLimit) {
    if (pieceBytes >= pieceLimit) {
      if (outstanding) {
        leavePass(Stage.PARKED);
        next = entry.position().offset();
        return;
      }
      handOver();
    }
    piece.add(entry);
    pieceBytes += entry.weight();
    next = entry.position().offset() + 1;
  }

  private void leavePass(Stage to) {
    stage = to;
    // The pass goes on without it: what it is shown next would not follow what it has seen.
    served = false;
  }

  /** Everything before {@code offset} has been shown to it. */
  void seen(long offset) {
    if (next < offset) next = Math.min(offset, until);
  }

  void waitsFrom(long now) {
    waitingSince = now;
  }

  /** Hands over what has been gathered, unless the last piece is still on its way. */
  void handOver() {
    if (outstanding || piece.isEmpty()) return;
    List<Entry> gathered = piece;
    piece = new ArrayList<>();
    pieceBytes = 0;
    outstanding = true;
    listener.replay(gathered, more);
  }

  /** The client took the last piece. */
  void taken() {
    outstanding = false;
    handOver();
    if (stage == Stage.PARKED) stage = Stage.WANTING;
    if (stage == Stage.ENDING) end();
  }

  /**
   * At the head: asks to be counted in when nothing is left to hand over, since from then on the
   * loop keeps live entries for it; else its client comes first.
   *
   * @return whether it now waits for the reader
   */
  boolean join() {
    leavePass(piece.isEmpty() ? Stage.JOINING : Stage.PARKED);
    return stage == Stage.JOINING;
  }

  /** The reader counted it in at {@code head}. */
  void joined(long head) {
    if (stage != Stage.JOINING) return;
    until = head;
    stage = Stage.WANTING;
    if (next >= until) end();
  }

  /** All history is gathered: hands over the rest and is live, as soon as its client allows. */
  void end() {
    handOver();
    if (!piece.isEmpty()) {
      leavePass(Stage.ENDING);
      return;
    }
    leavePass(Stage.DONE);
    listener.live();
  }

  /** Whether the reader has counted it in, or was asked to. */
  boolean handedToReader() {
    return stage == Stage.JOINING || until != Long.MAX_VALUE;
  }

  void fail(String sentence) {
    leavePass(Stage.DONE);
    listener.failed(sentence);
  }

  void drop() {
    leavePass(Stage.DONE);
  }
}
