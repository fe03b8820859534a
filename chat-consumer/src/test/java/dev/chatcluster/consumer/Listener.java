package dev.chatcluster.consumer;

import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.RoomListener;
import dev.chatcluster.consumer.room.Rooms;
import dev.chatcluster.consumer.room.Started;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Keeps what it gets, as it gets it: no cursor drops an overlap here, so that the Kafka side alone
 * has to be exact.
 */
public class Listener implements RoomListener {
  private final Loop loop;
  private final String room;
  private final List<Entry> got = new ArrayList<>();
  private final List<Entry> kept = new ArrayList<>();
  private Rooms.Registration registration;
  private volatile Started started;
  private volatile boolean live;
  private volatile String failure;
  private boolean joined;
  private boolean left;
  private String disorder;

  public Listener(Loop loop, String room) {
    this.loop = loop;
    this.room = room;
  }

  String room() {
    return room;
  }

  void registered(Rooms.Registration place) {
    registration = place;
  }

  /** Asks how far it has come; on the loop. */
  public void askPosition(Consumer<String> told) {
    registration.position(told);
  }

  void leave() {
    left = true;
    registration.cancel();
  }

  void entry(Entry entry) {
    (live ? got : kept).add(entry);
  }

  @Override
  public void started(Started how) {
    expect(started == null && got.isEmpty(), "started is first, and once");
    started = how;
  }

  @Override
  public void replay(List<Entry> entries, Runnable more) {
    expect(started != null && !live, "history comes between started and live");
    got.addAll(entries);
    taken(more);
  }

  /** What a client does that has taken a piece: at once here, later in a slow one. */
  protected void taken(Runnable more) {
    more.run();
  }

  @Override
  public void joined() {
    expect(started != null && !joined, "joined comes once, after started");
    joined = true;
    loop.joined(this);
  }

  @Override
  public void live() {
    expect(joined && !live, "live comes once, after joined");
    live = true;
    got.addAll(kept);
    kept.clear();
  }

  @Override
  public void failed(String sentence) {
    failure = sentence;
  }

  private void expect(boolean promise, String what) {
    if (left) disorder = "a call after it left";
    if (!promise) disorder = what;
  }

  /** How it was told to begin; null before. */
  public Started started() {
    return started;
  }

  public boolean isLive() {
    return live;
  }

  /** The sentence it failed with; null without. */
  public String failure() {
    return failure;
  }

  /** Everything so far, in the order it came. */
  public List<Entry> entries() {
    List<Entry> copy = new ArrayList<>();
    loop.run(
        () -> {
          if (disorder != null) throw new AssertionError(disorder);
          copy.addAll(got);
        });
    return copy;
  }

  /** The values of {@link #entries}, as text. */
  public List<String> texts() {
    return entries().stream().map(e -> new String(e.value(), StandardCharsets.UTF_8)).toList();
  }
}
