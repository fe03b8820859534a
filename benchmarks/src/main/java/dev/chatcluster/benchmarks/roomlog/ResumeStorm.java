package dev.chatcluster.benchmarks.roomlog;

import dev.chatcluster.benchmarks.process.Broker;
import dev.chatcluster.benchmarks.process.Pod;
import dev.chatcluster.benchmarks.process.Topic;
import dev.chatcluster.roomlog.room.Partitioning;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * All clients of a pod that was killed come to another one at the same moment, after messages were
 * written to all their rooms.
 */
final class ResumeStorm implements Scenario {
  private static final int PARTITIONS = 2;
  private static final int ROOMS = 1_000;
  private static final List<Integer> ALL_ROOMS = IntStream.range(0, ROOMS).boxed().toList();
  private static final int CLIENTS_PER_ROOM = 10;
  private static final int BEHIND = 100;
  private static final int BODY_BYTES = 128;

  @Override
  public List<Figure> measure() throws Exception {
    try (Broker broker = new Broker()) {
      Topic topic = Topic.create(broker, "storm", PARTITIONS, Partitioning.MODULO);
      try (Pod stays = new Pod(topic, "1", Pod.JAVA_OPTIONS, Map.of());
          Audience audience = new Audience()) {
        try (Pod dies = new Pod(topic, "0", Pod.JAVA_OPTIONS, Map.of())) {
          follow(audience, topic, dies);
        }
        new Fill(topic, PARTITIONS, BODY_BYTES).write(ALL_ROOMS, 1, BEHIND);
        return resume(audience, stays);
      }
    }
  }

  /** Every client has one message, and so a position to resume from. */
  private static void follow(Audience audience, Topic topic, Pod pod) throws Exception {
    AtomicLong first = new AtomicLong();
    audience.add(
        IntStream.range(0, ROOMS * CLIENTS_PER_ROOM)
            .mapToObj(
                i ->
                    Follower.live(
                        pod.url(),
                        i % ROOMS,
                        BODY_BYTES,
                        (room, number, due, now) -> first.incrementAndGet()))
            .toList());
    new Fill(topic, PARTITIONS, BODY_BYTES).write(ALL_ROOMS, 0, 1);
    long missing = Audience.awaitCount((long) ROOMS * CLIENTS_PER_ROOM, first::get);
    if (missing > 0) throw new IllegalStateException(missing + " clients have no message.");
    audience.expectEnd();
  }

  private static List<Figure> resume(Audience audience, Pod pod) throws Exception {
    AtomicLong caughtUp = new AtomicLong();
    List<Follower> again =
        audience.ask(
            () ->
                audience.all().stream()
                    .map(
                        client ->
                            client.next(
                                pod.url(),
                                (room, number, due, now) -> {
                                  if (number == BEHIND) caughtUp.incrementAndGet();
                                }))
                    .toList());
    double readBefore = pod.metric("chat_replay_records_total");
    long begin = System.nanoTime();
    audience.addAtOnce(again);
    long missing = Audience.awaitCount(again.size(), caughtUp::get);
    double seconds = (System.nanoTime() - begin) / 1e9;
    double read = pod.metric("chat_replay_records_total") - readBefore;
    long disorder = audience.disorder();
    int records = ROOMS * (BEHIND + 1);
    return List.of(
        Figure.of(
            "10,000 clients resume at once after a pod's death, 100 messages behind each: all caught up",
            "≤ 10 s",
            missing == 0 && disorder == 0 && seconds <= 10,
            "%.1f s; not caught up %d, out of order %d",
            seconds,
            missing,
            disorder),
        Figure.of(
            "the same: records read from Kafka again",
            "once a partition: ≤ %,d".formatted(records),
            read <= records,
            "%,.0f",
            read));
  }
}
