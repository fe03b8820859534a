package dev.chatcluster.consumer.replay;

import dev.chatcluster.consumer.replay.Gap.Leg;
import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.Membership;
import dev.chatcluster.roomlog.position.Position;
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
    /** Its client, to take the last piece but one; then all is read. */
    ENDING,
    /** The reader, which has the rest. */
    ENDED,
    /** Nothing: its listener left or was let down. */
    DROPPED
  }

  private final Membership listener;
  private final Runnable more;
  private Stage stage;
  private Position until;
  private List<Leg> legs;
  private int leg;
  private boolean served;
  private long next;
  private long waitingSince;

  /** The last message that it had; null while none is known. */
  private Position last;

  private List<Entry> piece = new ArrayList<>();
  private long pieceBytes;
  private boolean outstanding;

  /**
   * @param taken runs on any thread when the listener has room again
   */
  Cursor(Admission.Request request, long now, Consumer<Cursor> taken) {
    listener = request.listener();
    more = () -> taken.accept(this);
    Leg first = request.legs().getFirst();
    if (first.first() == 0 && first.from() == 0) last = Entry.NOTHING;
    read(request.gap().until(), request.legs(), now);
  }

  /** There is more to read before the reader has the rest. */
  void read(Position upTo, List<Leg> stretches, long now) {
    until = upTo;
    legs = stretches;
    leg = 0;
    stage = Stage.WANTING;
    beginLeg(now);
  }

  private void beginLeg(long now) {
    next = legs.get(leg).from();
    waitingSince = now;
  }

  Membership listener() {
    return listener;
  }

  /** The partition that it reads. */
  int partition() {
    return legs.get(leg).partition();
  }

  Stage stage() {
    return stage;
  }

  /** The first offset that it has not seen. */
  long next() {
    return next;
  }

  /** The place that it has had everything up to, once it has ended. */
  Position until() {
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

  /** The epoch that a record is in place in when it is the next one that is wanted; else -1. */
  int wants(long offset) {
    Leg current = legs.get(leg);
    boolean inReach = served && next <= offset && offset < current.to();
    return inReach ? current.home(listener.room(), offset) : -1;
  }

  /** What it knows of the message before the next one. */
  Position last() {
    return last;
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
    last = entry.position();
    next = entry.position().offset() + 1;
  }

  private void leavePass(Stage to) {
    stage = to;
    // The pass goes on without it: what it is shown next would not follow what it has seen.
    served = false;
  }

  /** Everything before {@code offset} has been shown to it. */
  void seen(long offset) {
    next = Math.max(next, Math.min(offset, legs.get(leg).to()));
  }

  /** Whether it needs nothing more of this partition for now. */
  boolean stretchIsRead() {
    return next >= legs.get(leg).to();
  }

  /** Goes on to the next stretch; false when there is none. */
  boolean nextLeg(long now) {
    served = false;
    if (leg + 1 == legs.size()) return false;
    leg++;
    beginLeg(now);
    return true;
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
  }

  /**
   * All is read: hands over the rest, as soon as its client allows.
   *
   * @return whether nothing is left to hand over
   */
  boolean end() {
    handOver();
    leavePass(piece.isEmpty() ? Stage.ENDED : Stage.ENDING);
    return stage == Stage.ENDED;
  }

  void fail(String sentence) {
    leavePass(Stage.DROPPED);
    listener.failed(sentence);
  }

  void drop() {
    leavePass(Stage.DROPPED);
  }
}
