package dev.chatcluster.benchmarks.roomlog;

import dev.chatcluster.benchmarks.client.Body;
import dev.chatcluster.benchmarks.process.Broker;
import dev.chatcluster.benchmarks.process.Pod;
import dev.chatcluster.benchmarks.process.Topic;
import dev.chatcluster.benchmarks.roomlog.Follower.Subscribed;
import dev.chatcluster.roomlog.room.Partitioning;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** One partition with 1 GiB in it, behind the only message of some quiet rooms. */
final class LargePartition implements Scenario {
  private static final int BODY_BYTES = 1_024;
  private static final List<Integer> LOUD = IntStream.range(0, 1_000).boxed().toList();
  private static final int ROUNDS = (1 << 20) / LOUD.size() + 1;

  /** Each resume has a room of its own, since what shows that it is caught up ends the quiet. */
  private static final List<Integer> RUNNING = IntStream.range(10_000, 10_005).boxed().toList();

  private static final List<Integer> YOUNG = IntStream.range(20_000, 20_005).boxed().toList();
  private static final List<Integer> OLD = List.of(30_000);

  private final List<Figure> figures = new ArrayList<>();

  @Override
  public List<Figure> measure() throws Exception {
    try (Broker broker = new Broker();
        Audience audience = new Audience()) {
      Topic topic = Topic.create(broker, "large", 1, Partitioning.MODULO);
      Map<Integer, String> old;
      Map<Integer, String> young;
      try (Pod pod = new Pod(topic, "0", Pod.JAVA_OPTIONS, Map.of())) {
        Fill fill = new Fill(topic, 1, BODY_BYTES);
        old = onlyMessages(audience, fill, pod);
        double before = pod.metric("chat_records_read_total");
        fill.write(LOUD, 0, ROUNDS);
        Fill.awaitRead(pod, (long) before + (long) LOUD.size() * ROUNDS);
        young = new HashMap<>();
        for (int room : YOUNG) young.put(room, subscribe(audience, live(pod, room)).position());
        String how = "the position of its last message; the pod has read all since";
        judge(how, resume(audience, topic, pod, RUNNING, old));
        audience.expectEnd();
      }
      long begin = System.nanoTime();
      try (Pod pod = new Pod(topic, "0", Pod.JAVA_OPTIONS, Map.of())) {
        double seconds = (System.nanoTime() - begin) / 1e9;
        figures.add(
            Figure.of(
                "a pod with 1 GiB in its partition: from its start to ready",
                "≤ 5 s",
                seconds <= 5,
                "%.1f s",
                seconds));
        judge(
            "a position kept young; the pod has started since",
            resume(audience, topic, pod, YOUNG, young));
        figures.add(
            Figure.reported(
                "the same with the position of its last message; the pod has started since",
                "%s ms",
                words(resume(audience, topic, pod, OLD, old))));
        audience.expectEnd();
      }
    }
    return figures;
  }

  private static Follower live(Pod pod, int room) {
    return Follower.live(pod.url(), room, BODY_BYTES, (r, number, due, now) -> {});
  }

  /** Every quiet room's one message, and the position of each. */
  private static Map<Integer, String> onlyMessages(Audience audience, Fill fill, Pod pod)
      throws Exception {
    List<Integer> quiet = new ArrayList<>(RUNNING);
    quiet.addAll(YOUNG);
    quiet.addAll(OLD);
    AtomicLong count = new AtomicLong();
    Map<Integer, Follower> followers = new HashMap<>();
    for (int room : quiet)
      followers.put(
          room,
          Follower.live(
              pod.url(), room, BODY_BYTES, (r, number, due, now) -> count.incrementAndGet()));
    audience.add(List.copyOf(followers.values()));
    fill.write(quiet, 0, 1);
    if (Audience.awaitCount(quiet.size(), count::get) > 0)
      throw new IllegalStateException("The quiet rooms' messages did not come.");
    return audience.ask(
        () ->
            followers.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().position())));
  }

  /**
   * Resumes in one room after the other. That a client is caught up shows in a message that is sent
   * as soon as it is subscribed.
   *
   * @return milliseconds from SUBSCRIBE to that message
   * @throws IllegalStateException when one is not recovered
   */
  private static List<Double> resume(
      Audience audience, Topic topic, Pod pod, List<Integer> rooms, Map<Integer, String> positions)
      throws Exception {
    List<Double> took = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer = topic.producer()) {
      producer.partitionsFor(topic.name());
      for (int room : rooms) {
        CompletableFuture<Long> caughtUp = new CompletableFuture<>();
        Follower follower =
            Follower.from(
                pod.url(),
                room,
                BODY_BYTES,
                positions.get(room),
                (r, number, due, now) -> caughtUp.complete(now));
        Subscribed answer = subscribe(audience, follower);
        if (!answer.recovered().equals("true"))
          throw new IllegalStateException("Room " + room + " is not recovered: " + answer);
        producer.send(
            new ProducerRecord<>(
                topic.name(),
                0,
                String.valueOf(room).getBytes(StandardCharsets.US_ASCII),
                Body.of(room, System.nanoTime(), 1, BODY_BYTES)));
        took.add((caughtUp.get(2, TimeUnit.MINUTES) - answer.askedAt()) / 1e6);
      }
    }
    return took;
  }

  private void judge(String how, List<Double> took) {
    figures.add(
        Figure.of(
            "resume that missed nothing in a quiet room, 1 GiB behind in its partition, from "
                + how,
            "≤ 50 ms",
            took.stream().allMatch(ms -> ms <= 50),
            "%s ms",
            words(took)));
  }

  private static String words(List<Double> took) {
    return took.stream()
        .map(ms -> String.format(Locale.ROOT, "%,.1f", ms))
        .collect(Collectors.joining(", "));
  }

  private static Subscribed subscribe(Audience audience, Follower follower) throws Exception {
    audience.addAtOnce(List.of(follower));
    return follower.subscribed().get(2, TimeUnit.MINUTES);
  }
}
