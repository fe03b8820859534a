package dev.chatcluster.consumer.room;

import java.util.List;
import java.util.function.Consumer;

/**
 * One listener's place in one room. Whatever it is told goes over its loop, in order, and stops at
 * its cancellation: both are decided on the loop, so that no call comes after it.
 */
public final class Membership implements Rooms.Registration {
  private final String room;
  private final LoopSink loop;
  private final RoomListener listener;
  private final Consumer<Membership> left;
  private volatile boolean cancelled;

  /**
   * @param left is told once when the listener leaves
   */
  public Membership(String room, LoopSink loop, RoomListener listener, Consumer<Membership> left) {
    this.room = room;
    this.loop = loop;
    this.listener = listener;
    this.left = left;
  }

  /** The room's id. */
  public String room() {
    return room;
  }

  /** The listener's event loop. */
  public LoopSink loop() {
    return loop;
  }

  /** Whether the listener has left; any thread may ask, the loop's answer is exact. */
  public boolean cancelled() {
    return cancelled;
  }

  @Override
  public void cancel() {
    if (cancelled) return;
    cancelled = true;
    left.accept(this);
  }

  /** Begins live at once: started, joined and live in one task. */
  public void live(Started started) {
    tell(
        to -> {
          to.started(started);
          if (cancelled) return;
          to.joined();
          if (!cancelled) to.live();
        });
  }

  /** Begins with history. */
  public void started(Started started) {
    tell(to -> to.started(started));
  }

  /** Hands over a piece of history. */
  public void replay(List<Entry> entries, Runnable more) {
    tell(to -> to.replay(entries, more));
  }

  /** Says that the loop's entries are this listener's from here on. */
  public void joined() {
    tell(RoomListener::joined);
  }

  /** Says that history is complete. */
  public void live() {
    tell(RoomListener::live);
  }

  /** Says that the log cannot be read on. */
  public void failed(String sentence) {
    tell(to -> to.failed(sentence));
  }

  private void tell(Consumer<RoomListener> what) {
    loop.execute(
        () -> {
          if (!cancelled) what.accept(listener);
        });
  }
}
