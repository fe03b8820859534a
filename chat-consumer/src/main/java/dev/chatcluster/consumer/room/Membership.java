package dev.chatcluster.consumer.room;

import java.util.List;
import java.util.function.Consumer;

/**
 * One listener's place in one room. Whatever it is told goes over its loop, in order, and stops at
 * its cancellation: both are decided on the loop, so that no call comes after it.
 */
public final class Membership implements Rooms.Registration {
  /** Who admitted the listener. */
  public interface Host {
    /** The listener has left; told once. */
    void left(Membership member);

    /**
     * Tells the listener, by {@link Membership#positioned}, how far it has come; not at all when it
     * is not in its room.
     */
    void position(Membership member, Consumer<String> told);
  }

  private static final Runnable NOTHING_MORE = () -> {};

  private final String room;
  private final LoopSink loop;
  private final RoomListener listener;
  private final Host host;
  private volatile boolean cancelled;

  /** A listener that is in no room yet. */
  public Membership(String room, LoopSink loop, RoomListener listener, Host host) {
    this.room = room;
    this.loop = loop;
    this.listener = listener;
    this.host = host;
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
    host.left(this);
  }

  @Override
  public void position(Consumer<String> told) {
    if (!cancelled) host.position(this, told);
  }

  /** Answers {@link #position}, after everything that was handed over before. */
  public void positioned(String token, Consumer<String> told) {
    tell(_ -> told.accept(token));
  }

  /** Begins with history. */
  public void started(Started started) {
    tell(to -> to.started(started));
  }

  /** Hands over a piece of history. */
  public void replay(List<Entry> entries, Runnable more) {
    tell(to -> to.replay(entries, more));
  }

  /**
   * Joins the loop's entries, which go on behind {@code rest}, all in one task.
   *
   * @param started null when it was told before
   * @param rest of its history
   */
  public void splice(Started started, List<Entry> rest) {
    tell(
        to -> {
          if (started != null) to.started(started);
          if (!rest.isEmpty() && !cancelled) to.replay(rest, NOTHING_MORE);
          if (!cancelled) to.joined();
          if (!cancelled) to.live();
        });
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
