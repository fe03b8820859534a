package dev.chatcluster.benchmarks.roomlog;

import dev.chatcluster.benchmarks.process.Broker;
import dev.chatcluster.benchmarks.process.Pod;
import dev.chatcluster.benchmarks.process.Topic;
import dev.chatcluster.benchmarks.roomlog.Follower.Subscribed;
import dev.chatcluster.roomlog.room.Partitioning;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One partition with 1 GiB in it, behind the only message of a quiet room. */
final class LargePartition implements Scenario {
  private static final int QUIET = 999_999;
  private static final int ROOMS = 1_000;
  private static final int BODY_BYTES = 1_024;
  private static final int MESSAGES = (1 << 20) / ROOMS + 1;
  private static final int RESUMES = 5;

  private final List<Figure> figures = new ArrayList<>();

  @Override
  public List<Figure> measure() throws Exception {
    try (Broker broker = new Broker();
        Audience audience = new Audience()) {
      Topic topic = Topic.create(broker, "large", 1, Partitioning.MODULO);
      String old;
      String young;
      try (Pod pod = new Pod(topic, "0", Pod.JAVA_OPTIONS, Map.of())) {
        old = onlyMessage(audience, topic, pod);
        double before = pod.metric("chat_records_read_total");
        Fill.write(topic, ROOMS, MESSAGES, BODY_BYTES, 0);
        Fill.awaitRead(pod, (long) before + (long) ROOMS * MESSAGES);
        young =
            subscribe(audience, Follower.live(pod.url(), QUIET, BODY_BYTES, silent())).position();
        quiet(audience, pod, old, "position of its last message, pod has read all since");
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
        quiet(audience, pod, young, "position kept young, pod started since");
        Subscribed scanned =
            subscribe(audience, Follower.from(pod.url(), QUIET, BODY_BYTES, old, silent()));
        figures.add(
            Figure.reported(
                "the same with the position of its last message, pod started since",
                "%,.0f ms, recovered:%s %s",
                scanned.nanos() / 1e6,
                scanned.recovered(),
                scanned.reason()));
        audience.expectEnd();
      }
    }
    return figures;
  }

  private static String onlyMessage(Audience audience, Topic topic, Pod pod) throws Exception {
    AtomicLong count = new AtomicLong();
    Follower first =
        Follower.live(
            pod.url(), QUIET, BODY_BYTES, (room, number, due, now) -> count.incrementAndGet());
    audience.add(List.of(first));
    Fill.write(topic, 1, 1, BODY_BYTES, QUIET);
    if (Audience.awaitCount(1, count::get) > 0)
      throw new IllegalStateException("The quiet room's message did not come.");
    return audience.ask(first::position);
  }

  private void quiet(Audience audience, Pod pod, String position, String how) throws Exception {
    List<Double> took = new ArrayList<>();
    boolean recovered = true;
    for (int i = 0; i < RESUMES; i++) {
      Subscribed answer =
          subscribe(audience, Follower.from(pod.url(), QUIET, BODY_BYTES, position, silent()));
      took.add(answer.nanos() / 1e6);
      recovered &= answer.recovered().equals("true");
    }
    double most = took.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    figures.add(
        Figure.of(
            "resume that missed nothing in a quiet room, 1 GiB behind (%s)".formatted(how),
            "≤ 50 ms",
            recovered && most <= 50,
            "%s ms, recovered:%s",
            String.join(
                ", ", took.stream().map(ms -> String.format(Locale.ROOT, "%.1f", ms)).toList()),
            recovered));
  }

  private static Subscribed subscribe(Audience audience, Follower follower) throws Exception {
    audience.addAtOnce(List.of(follower));
    return follower.subscribed().get(2, TimeUnit.MINUTES);
  }

  private static Heard silent() {
    return (room, number, due, now) -> {};
  }
}
