package dev.chatcluster.consumer.replay;

import dev.chatcluster.consumer.room.Membership;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/**
 * Asks Kafka whether what a token asks for is there, one question a partition for all who wait. The
 * question is always younger than the tokens it is asked for, so that a token from the future is
 * told from one that is merely new. The replay thread's own.
 */
final class Admission {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration RETRY = Duration.ofMillis(500);

  /** A listener that wants history. */
  record Request(Membership listener, ResumePoint.At point, long since) {
    Request(Membership listener, ResumePoint.At point) {
      this(listener, point, System.nanoTime());
    }
  }

  /** Why it gets none. */
  sealed interface Refusal {
    /** The token names a record that is not written yet. */
    record Ahead() implements Refusal {}

    /**
     * Records after the token are no longer kept.
     *
     * @param earliest offset that is
     */
    record Gone(long earliest) implements Refusal {}

    /**
     * Kafka did not say.
     *
     * @param sentence for the client
     */
    record Unanswered(String sentence) implements Refusal {}
  }

  /** Takes those who get it. */
  interface Admitted {
    void accept(Request request, long now);
  }

  private final Offsets offsets;
  private final Executor replayThread;
  private final Admitted admitted;
  private final BiConsumer<Request, Refusal> refused;
  private final Map<Integer, List<Request>> waiting = new HashMap<>();
  private final Set<Integer> asked = new HashSet<>();
  private long retryAt = Long.MIN_VALUE;

  Admission(
      Offsets offsets,
      Executor replayThread,
      Admitted admitted,
      BiConsumer<Request, Refusal> refused) {
    this.offsets = offsets;
    this.replayThread = replayThread;
    this.admitted = admitted;
    this.refused = refused;
  }

  void add(Request request) {
    waiting.computeIfAbsent(request.point().partition(), _ -> new ArrayList<>()).add(request);
  }

  /** Asks what is to be asked. */
  void tick(long now) {
    if (waiting.isEmpty() || now < retryAt) return;
    for (int partition : List.copyOf(waiting.keySet())) {
      if (asked.add(partition)) ask(partition, waiting.remove(partition));
    }
  }

  private void ask(int partition, List<Request> requests) {
    offsets
        .earliest(partition)
        .thenCombine(offsets.end(partition), Bounds::new)
        .whenComplete(
            (bounds, error) ->
                replayThread.execute(
                    () -> {
                      asked.remove(partition);
                      if (error == null) answer(requests, bounds);
                      else unanswered(partition, requests);
                    }));
  }

  private record Bounds(long earliest, long end) {}

  private void answer(List<Request> requests, Bounds bounds) {
    long now = System.nanoTime();
    for (Request each : requests) {
      long next = each.point().next();
      if (next > bounds.end()) refused.accept(each, new Refusal.Ahead());
      else if (next < bounds.earliest()) refused.accept(each, new Refusal.Gone(bounds.earliest()));
      else admitted.accept(each, now);
    }
  }

  private void unanswered(int partition, List<Request> requests) {
    long now = System.nanoTime();
    retryAt = now + RETRY.toNanos();
    for (Request each : requests) {
      if (now - each.since() < PATIENCE.toNanos()) {
        add(each);
      } else {
        refused.accept(
            each,
            new Refusal.Unanswered(
                "Kafka does not answer for partition " + partition + ": subscribe again later."));
      }
    }
  }
}
