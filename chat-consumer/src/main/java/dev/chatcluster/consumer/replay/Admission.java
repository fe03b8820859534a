package dev.chatcluster.consumer.replay;

import dev.chatcluster.consumer.replay.Gap.Leg;
import dev.chatcluster.consumer.room.Membership;
import dev.chatcluster.roomlog.order.RoomLog;
import dev.chatcluster.roomlog.position.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Judges whether what listeners want is there and not too much, with one question to Kafka for all
 * who wait. The replay thread's own.
 */
final class Admission {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration RETRY = Duration.ofMillis(500);

  /** The clients of a pod that ended come together: who waits for the others reads with them. */
  private static final Duration GATHER = Duration.ofMillis(30);

  /** A listener that wants history, and what is to be read for it. */
  record Request(Membership listener, Gap gap, List<Leg> legs, long since) {
    Request(Membership listener, Gap gap) {
      this(listener, gap, gap.legs(listener.room()), System.nanoTime());
    }

    private long records() {
      return legs.stream().mapToLong(leg -> leg.to() - leg.from()).sum();
    }
  }

  /** Why it gets none. */
  sealed interface Refusal {
    /** It wants more than is read again for one listener. */
    record TooFar() implements Refusal {}

    /**
     * Records that it wants are no longer kept.
     *
     * @param earliest place after which all are
     */
    record Gone(Position earliest) implements Refusal {}

    /**
     * Kafka did not say.
     *
     * @param sentence for the client
     */
    record Unanswered(String sentence) implements Refusal {}
  }

  private final Offsets offsets;
  private final long mostRecords;
  private final Executor replayThread;
  private final Consumer<Request> admitted;
  private final BiConsumer<Request, Refusal> refused;
  private List<Request> waiting = new ArrayList<>();
  private boolean asked;
  private long retryAt = Long.MIN_VALUE;

  /**
   * @param mostRecords that are read for one listener, of all rooms
   */
  Admission(
      Offsets offsets,
      long mostRecords,
      Executor replayThread,
      Consumer<Request> admitted,
      BiConsumer<Request, Refusal> refused) {
    this.offsets = offsets;
    this.mostRecords = mostRecords;
    this.replayThread = replayThread;
    this.admitted = admitted;
    this.refused = refused;
  }

  /** Whether a question is about to be asked. */
  boolean gathering() {
    return !waiting.isEmpty() && !asked;
  }

  void add(Request request) {
    if (request.records() > mostRecords) refused.accept(request, new Refusal.TooFar());
    else waiting.add(request);
  }

  /** Asks what is to be asked. */
  void tick(long now) {
    if (waiting.isEmpty() || asked || now < retryAt) return;
    if (now - waiting.getFirst().since() < GATHER.toNanos()) return;
    asked = true;
    List<Request> requests = waiting;
    waiting = new ArrayList<>();
    Set<Integer> partitions = new HashSet<>();
    for (Request each : requests) each.legs().forEach(leg -> partitions.add(leg.partition()));
    offsets
        .earliest(partitions)
        .whenComplete(
            (earliest, error) ->
                replayThread.execute(
                    () -> {
                      asked = false;
                      if (error == null) answer(requests, earliest);
                      else unanswered(requests);
                    }));
  }

  private void answer(List<Request> requests, Map<Integer, Long> earliest) {
    for (Request each : requests) {
      Position left = left(each, earliest);
      if (left == null) admitted.accept(each);
      else refused.accept(each, new Refusal.Gone(left));
    }
  }

  /** Null when all that is wanted is kept; else the place after which all is. */
  private static Position left(Request request, Map<Integer, Long> earliest) {
    Position left = null;
    for (Leg leg : request.legs()) {
      long kept = earliest.get(leg.partition());
      if (leg.from() >= kept || leg.from() == leg.to()) continue;
      left = placeBefore(leg, Math.min(kept, leg.to()));
    }
    return left;
  }

  private static Position placeBefore(Leg leg, long offset) {
    RoomLog log = leg.view().log();
    int epoch = Math.min(leg.last(), log.newest());
    while (epoch > leg.first() && log.barrier(epoch, leg.partition()) >= offset) epoch--;
    return new Position(epoch, leg.partition(), offset - 1);
  }

  private void unanswered(List<Request> requests) {
    long now = System.nanoTime();
    retryAt = now + RETRY.toNanos();
    for (Request each : requests) {
      if (now - each.since() < PATIENCE.toNanos()) {
        waiting.add(each);
      } else {
        refused.accept(
            each,
            new Refusal.Unanswered(
                "Kafka does not answer for room "
                    + each.listener().room()
                    + ": subscribe again later."));
      }
    }
  }
}
