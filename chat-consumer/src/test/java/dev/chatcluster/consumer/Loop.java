package dev.chatcluster.consumer;

import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.From;
import dev.chatcluster.consumer.room.LoopSink;
import dev.chatcluster.consumer.room.Rooms;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An event loop without sockets: it hands entries to the listeners that have joined. */
public final class Loop implements LoopSink, AutoCloseable {
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Map<String, List<Listener>> joined = new HashMap<>();

  @Override
  public void deliver(List<Entry> entries) {
    thread.execute(
        () -> {
          for (Entry entry : entries) {
            for (Listener each : joined.getOrDefault(entry.room(), List.of())) each.entry(entry);
          }
        });
  }

  @Override
  public void execute(Runnable task) {
    thread.execute(task);
  }

  void joined(Listener listener) {
    joined.computeIfAbsent(listener.room(), _ -> new ArrayList<>()).add(listener);
  }

  /** Joins as a session does, on the loop. */
  public Listener join(Rooms rooms, String room, From from) {
    return join(rooms, new Listener(this, room), from);
  }

  public Listener join(Rooms rooms, Listener listener, From from) {
    run(() -> listener.registered(rooms.join(listener.room(), from, this, listener)));
    return listener;
  }

  /** Has many join at once, each its own room. */
  public void joinAll(Rooms rooms, List<Listener> listeners, From from) {
    run(
        () -> {
          for (Listener each : listeners) {
            each.registered(rooms.join(each.room(), from, this, each));
          }
        });
  }

  /** Leaves as a session does: nothing comes after it. */
  public void leave(Listener listener) {
    run(
        () -> {
          List<Listener> room = joined.get(listener.room());
          if (room != null) room.remove(listener);
          listener.leave();
        });
  }

  /** Carries out the task on the loop and waits for it. */
  public void run(Runnable task) {
    try {
      thread.submit(task).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
