package dev.chatcluster.consumer.reader;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Notes for a thread that mostly sits in a poll: whoever leaves one interrupts the poll, unless it
 * is not in one and will look anyway.
 */
final class Mailbox {
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

  /** Carries out what was left; the owner's. */
  void carryOut() {
    away = false;
    for (Runnable note = notes.poll(); note != null; note = notes.poll()) note.run();
  }

  /** To be asked just before the poll: whether it may wait; the owner's. */
  boolean mayWait() {
    away = true;
    if (notes.isEmpty()) return true;
    away = false;
    return false;
  }
}
