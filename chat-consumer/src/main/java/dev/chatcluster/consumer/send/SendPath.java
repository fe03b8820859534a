package dev.chatcluster.consumer.send;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * One session's way into Kafka; its loop's own, but for {@code broken}. A message whose fate is not
 * known breaks the path: everything behind it fails too and nothing more is sent, so that the
 * session's retry begins where its order was lost.
 */
final class SendPath implements Sends.Path {
  private static final int MOST_MESSAGES = 256;

  private final Sender sender;
  private final Executor loop;

  /** The sender's thread's. */
  final RoomPaths rooms = new RoomPaths();

  /** Messages that wait for those before them to be routed; the sender's thread's. */
  final ArrayDeque<Pending> held = new ArrayDeque<>(0);

  private final Set<Pending> unanswered = new LinkedHashSet<>();
  private long bytes;
  private Runnable roomTask;

  /** Whether the sender will look after this path when all paths together have room again. */
  private boolean watched;

  private volatile boolean broken;

  SendPath(Sender sender, Executor loop) {
    this.sender = sender;
    this.loop = loop;
  }

  @Override
  public boolean send(Outgoing message, SendAnswer answer) {
    Pending pending = new Pending(this, message, answer);
    unanswered.add(pending);
    bytes += pending.bytes;
    sender.take(pending);
    if (broken) onLoop(() -> failAll(sender.unanswered()));
    return ownRoom() && !sender.crowded();
  }

  @Override
  public void whenRoom(Runnable task) {
    roomTask = task;
    if (ownRoom()) watch();
  }

  @Override
  public int inFlight() {
    return unanswered.size();
  }

  private void onLoop(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException ended) {
      // The loop is closed, and with it whoever waits for an answer.
    }
  }

  private boolean ownRoom() {
    return unanswered.size() < MOST_MESSAGES && bytes < sender.pathBytes();
  }

  private void watch() {
    if (watched) return;
    watched = true;
    sender.watchRoom(this);
  }

  /** Whether a message of this path was lost sight of; any thread. */
  boolean broken() {
    return broken;
  }

  /** Looks again whether there is room; any thread. */
  void roomAgain() {
    onLoop(
        () -> {
          watched = false;
          offerRoom();
        });
  }

  /** Kafka has it; any thread. */
  void acknowledge(Pending pending, Ack ack) {
    onLoop(
        () -> {
          if (take(pending)) pending.answer.acknowledged(ack.toString());
          offerRoom();
        });
  }

  /** It never will be taken; what follows it is not touched. Any thread. */
  void refuse(Pending pending, Refusal refusal) {
    onLoop(
        () -> {
          if (take(pending)) pending.answer.failed(refusal.sentence(), false);
          offerRoom();
        });
  }

  /** A message of this path is not known to be in the log; any thread, at once. */
  void breakOff(Refusal refusal) {
    broken = true;
    onLoop(() -> failAll(refusal));
  }

  private void failAll(Refusal refusal) {
    for (Pending each : new ArrayList<>(unanswered)) {
      if (!take(each)) continue;
      sender.lost();
      each.answer.failed(refusal.sentence(), true);
    }
    offerRoom();
  }

  private boolean take(Pending pending) {
    if (!unanswered.remove(pending)) return false;
    pending.answered = true;
    bytes -= pending.bytes;
    sender.answered(pending);
    return true;
  }

  private void offerRoom() {
    // While its own messages fill it, their answers call again.
    if (roomTask == null || !ownRoom()) return;
    if (sender.crowded()) {
      // Others took the room first, and this path may have no answer to come that would call again.
      watch();
      return;
    }
    Runnable task = roomTask;
    roomTask = null;
    task.run();
  }
}
