package dev.chatcluster.consumer.reader;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Notes for a thread that mostly sits in a poll: whoever leaves one interrupts the poll, unless it
 * is not in one and will look anyway.
 */
final class Mailbox {
  /** Whoever leaves note upon note must not keep the owner from its poll. */
  private static final int MOST_AT_ONCE = 1_000;

  private final ConcurrentLinkedQueue<Runnable> notes = new ConcurrentLinkedQueue<>();
  private final Thread owner;
  private final Runnable wakeup;
  private volatile boolean away;

  Mailbox(Thread owner, Runnable wakeup) {
    this.owner = owner;
    this.wakeup = wakeup;
  }

  /** Leaves a note; any thread. */
  void post(Runnable note) {
    notes.add(note);
    if (away) {
      away = false;
      wakeup.run();
      LockSupport.unpark(owner);
    }
  }

  /** Carries out what was left, or the first of it; the owner's. */
  void carryOut() {
    away = false;
    for (int i = 0; i < MOST_AT_ONCE; i++) {
      Runnable note = notes.poll();
      if (note == null) return;
      note.run();
    }
  }

  /** To be asked just before the poll: whether it may wait; the owner's. */
  boolean mayWait() {
    away = true;
    if (notes.isEmpty()) return true;
    away = false;
    return false;
  }
}
