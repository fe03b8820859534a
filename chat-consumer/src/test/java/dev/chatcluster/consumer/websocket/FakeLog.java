package dev.chatcluster.consumer.websocket;

import dev.chatcluster.consumer.room.Entry;
import dev.chatcluster.consumer.room.From;
import dev.chatcluster.consumer.room.LoopSink;
import dev.chatcluster.consumer.room.MessageHeader;
import dev.chatcluster.consumer.room.RoomListener;
import dev.chatcluster.consumer.room.Rooms;
import dev.chatcluster.consumer.room.Started;
import dev.chatcluster.consumer.room.Started.Outcome;
import dev.chatcluster.consumer.room.Started.Replayed;
import dev.chatcluster.consumer.send.Outgoing;
import dev.chatcluster.consumer.send.SendAnswer;
import dev.chatcluster.consumer.send.Sends;
import dev.chatcluster.roomlog.position.Position;
import dev.chatcluster.roomlog.position.Token;
import dev.chatcluster.test.Patience;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Kafka's side in memory: one log, one reader thread, tokens of epoch 0 and partition 0. What is
 * sent is appended and acknowledged, unless a test holds it back.
 */
final class FakeLog implements Rooms, Sends, AutoCloseable {
  private static final String LOG = "fakelog0";

  /** The token of that offset. */
  static String token(long offset) {
    return new Token(LOG, new Position(0, 0, offset)).toString();
  }

  final ExecutorService reader = Executors.newSingleThreadExecutor();
  private final Map<String, List<Entry>> rooms = new HashMap<>();
  private final Map<String, Map<LoopSink, Integer>> listening = new HashMap<>();
  private final List<Runnable> heldStarts = new ArrayList<>();
  private final List<Runnable> heldAnswers = new ArrayList<>();
  private long nextOffset;
  private int listeners;

  volatile boolean holdStarts;
  volatile boolean holdAnswers;
  volatile boolean pathsFull;
  volatile String refuseWith;
  volatile boolean refuseRetry;
  volatile int sent;
  private final List<Runnable> waitingForRoom = new ArrayList<>();

  /** Appends records as one poll. */
  void append(String room, String... values) {
    byte[][] bytes = new byte[values.length][];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = values[i].getBytes(StandardCharsets.UTF_8);
    }
    append(room, List.of(), bytes);
  }

  void append(String room, List<MessageHeader> headers, byte[]... values) {
    onReader(() -> appendNow(room, headers, values));
  }

  private void appendNow(String room, List<MessageHeader> headers, byte[]... values) {
    List<Entry> log = rooms.computeIfAbsent(room, r -> new ArrayList<>());
    List<Entry> batch = new ArrayList<>();
    for (byte[] value : values) {
      Position prev = log.isEmpty() ? null : log.getLast().position();
      long offset = nextOffset++;
      Entry entry = new Entry(room, LOG, new Position(0, 0, offset), prev, value, headers);
      log.add(entry);
      batch.add(entry);
    }
    for (LoopSink loop : listening.getOrDefault(room, Map.of()).keySet()) {
      loop.deliver(batch);
    }
  }

  /** Listeners that have not left. */
  int listeners() {
    int[] count = new int[1];
    onReader(() -> count[0] = listeners);
    return count[0];
  }

  void letStart() {
    holdStarts = false;
    onReader(
        () -> {
          heldStarts.forEach(Runnable::run);
          heldStarts.clear();
        });
  }

  void answerAll() {
    holdAnswers = false;
    onReader(
        () -> {
          heldAnswers.forEach(Runnable::run);
          heldAnswers.clear();
        });
  }

  void makeRoom() {
    pathsFull = false;
    onReader(
        () -> {
          waitingForRoom.forEach(Runnable::run);
          waitingForRoom.clear();
        });
  }

  @Override
  public Registration join(String room, From from, LoopSink loop, RoomListener listener) {
    AtomicBoolean cancelled = new AtomicBoolean();
    AtomicBoolean inRoom = new AtomicBoolean();
    Runnable start = () -> start(room, from, loop, listener, cancelled, inRoom);
    reader.execute(
        () -> {
          if (holdStarts) {
            heldStarts.add(start);
          } else {
            start.run();
          }
        });
    return new Registration() {
      @Override
      public void cancel() {
        if (!cancelled.compareAndSet(false, true)) return;
        reader.execute(
            () -> {
              if (inRoom.get()) {
                listeners--;
                listening.get(room).merge(loop, -1, Integer::sum);
                listening.get(room).values().removeIf(n -> n == 0);
              }
            });
      }

      @Override
      public void position(Consumer<String> told) {
        reader.execute(
            () -> {
              String head = token(nextOffset - 1);
              loop.execute(() -> told.accept(head));
            });
      }
    };
  }

  private void start(
      String room,
      From from,
      LoopSink loop,
      RoomListener listener,
      AtomicBoolean cancelled,
      AtomicBoolean inRoom) {
    if (cancelled.get()) {
      return;
    }
    String head = token(nextOffset - 1);
    List<Entry> log = rooms.getOrDefault(room, List.of());
    List<Entry> history = new ArrayList<>();
    Started started =
        switch (from) {
          case From.Now now -> new Started(Outcome.LIVE, head, null);
          case From.After after when after.token().equals("gone") ->
              new Started(Outcome.TRUNCATED, head, token(0));
          case From.Last(int messages) -> {
            history.addAll(log.subList(Math.max(0, log.size() - messages), log.size()));
            boolean older = history.size() < log.size();
            yield new Started(Outcome.LIVE, head, null, new Replayed(history.size(), older));
          }
          case From.After after when Token.parse(after.token()).isPresent() -> {
            long position = Token.parse(after.token()).orElseThrow().position().offset();
            // One too many, so that the cursor has something to drop; but not the first.
            log.stream().filter(e -> e.position().offset() > position).forEach(history::add);
            yield new Started(Outcome.RECOVERED, head, null);
          }
          case From.After after -> new Started(Outcome.BAD_TOKEN, head, null);
        };
    inRoom.set(true);
    listeners++;
    listening.computeIfAbsent(room, r -> new IdentityHashMap<>()).merge(loop, 1, Integer::sum);
    loop.execute(() -> listener.started(started));
    loop.execute(listener::joined);
    replay(List.copyOf(history), 0, loop, listener);
  }

  /** Pieces of ten; each overlaps the one before by one, and the last overlaps what is live. */
  private void replay(List<Entry> history, int at, LoopSink loop, RoomListener listener) {
    if (at >= history.size()) {
      loop.execute(listener::live);
      return;
    }
    int to = Math.min(history.size(), at + 10);
    List<Entry> piece = history.subList(Math.max(0, at - 1), to);
    loop.execute(
        () ->
            listener.replay(
                piece, () -> reader.execute(() -> replay(history, to, loop, listener))));
  }

  @Override
  public int partitionOf(String room) {
    return Math.floorMod(room.hashCode(), 3);
  }

  @Override
  public Path open(Executor loop) {
    return new Path() {
      private int inFlight;

      @Override
      public boolean send(Outgoing message, SendAnswer answer) {
        inFlight++;
        reader.execute(() -> carryOut(message, answer));
        return !pathsFull;
      }

      private void carryOut(Outgoing message, SendAnswer answer) {
        if (refuseWith != null) {
          loop.execute(() -> answer.failed(refuseWith, refuseRetry));
          return;
        }
        sent++;
        List<MessageHeader> headers = new ArrayList<>(message.headers());
        if (message.idempotencyKey() != null) {
          headers.add(new MessageHeader("idempotency-key", message.idempotencyKey()));
        }
        appendNow(message.room(), headers, message.body());
        String ack = "0-" + (nextOffset - 1);
        Runnable reply =
            () ->
                loop.execute(
                    () -> {
                      inFlight--;
                      answer.acknowledged(ack);
                    });
        if (holdAnswers) {
          heldAnswers.add(reply);
        } else {
          reply.run();
        }
      }

      @Override
      public void whenRoom(Runnable task) {
        reader.execute(
            () -> {
              Runnable onLoop = () -> loop.execute(task);
              if (pathsFull) {
                waitingForRoom.add(onLoop);
              } else {
                onLoop.run();
              }
            });
      }

      @Override
      public int inFlight() {
        return inFlight;
      }
    };
  }

  /** Runs on the reader and waits until it is done. */
  private void onReader(Runnable task) {
    CountDownLatch done = new CountDownLatch(1);
    reader.execute(
        () -> {
          try {
            task.run();
          } finally {
            done.countDown();
          }
        });
    try {
      if (!done.await(Patience.LONG.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("the reader is stuck");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    reader.shutdownNow();
  }
}
