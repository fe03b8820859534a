package dev.chatcluster.consumer.send;

import dev.chatcluster.consumer.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A session's path and what it was answered, in order. */
final class TestPath {
  private final Loop loop;
  private final Sends.Path path;
  private final List<String> acks = new ArrayList<>();
  private final List<Integer> order = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private int sent;
  private volatile boolean roomOffered;

  TestPath(Loop loop, Sends sends) {
    this.loop = loop;
    path = sends.open(loop::execute);
  }

  void send(Outgoing message) {
    loop.run(() -> sendOnLoop(message));
  }

  private boolean sendOnLoop(Outgoing message) {
    int number = sent++;
    return path.send(
        message,
        new SendAnswer() {
          @Override
          public void acknowledged(String ack) {
            acks.add(ack);
            order.add(number);
          }

          @Override
          public void failed(String sentence, boolean retry) {
            failures.add((retry ? "retry:" : "for good:") + sentence);
            order.add(number);
          }
        });
  }

  /** Sends until there is no room, asks to be called, and says how many were taken. */
  int sendUntilFull(Outgoing message) {
    AtomicInteger count = new AtomicInteger();
    loop.run(
        () -> {
          do count.incrementAndGet();
          while (sendOnLoop(message));
          path.whenRoom(() -> roomOffered = true);
        });
    return count.get();
  }

  /** Sends that many, and reads no further while the path is full, as a session does. */
  void sendAsThereIsRoom(Outgoing message, int count) {
    loop.run(() -> sendOn(message, count));
  }

  private void sendOn(Outgoing message, int count) {
    int left = count;
    while (left > 0) {
      left--;
      if (!sendOnLoop(message)) {
        int rest = left;
        path.whenRoom(() -> sendOn(message, rest));
        return;
      }
    }
  }

  boolean roomWasOffered() {
    return roomOffered;
  }

  private <T> List<T> copy(List<T> list) {
    List<T> copy = new ArrayList<>();
    loop.run(() -> copy.addAll(list));
    return copy;
  }

  List<String> acks() {
    return copy(acks);
  }

  /** Numbers of the messages in the order of their answers. */
  List<Integer> order() {
    return copy(order);
  }

  List<String> failures() {
    return copy(failures);
  }

  int inFlight() {
    AtomicInteger count = new AtomicInteger();
    loop.run(() -> count.set(path.inFlight()));
    return count.get();
  }
}
