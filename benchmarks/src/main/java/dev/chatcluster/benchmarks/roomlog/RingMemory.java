package dev.chatcluster.benchmarks.roomlog;

import dev.chatcluster.benchmarks.client.Body;
import dev.chatcluster.benchmarks.process.Broker;
import dev.chatcluster.benchmarks.process.Pod;
import dev.chatcluster.benchmarks.process.Topic;
import dev.chatcluster.roomlog.room.Partitioning;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What the rings of rooms that nobody listens to add to a pod's heap. */
final class RingMemory implements Scenario {
  /** So that no bound of the memory evicts what is to be counted. */
  private static final List<String> JAVA_OPTIONS =
      List.of("-Xmx2g", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders");

  @Override
  public List<Figure> measure() throws Exception {
    List<Figure> figures = new ArrayList<>();
    try (Broker broker = new Broker()) {
      int rooms = 1_000;
      int messages = 100;
      int bytes = 128;
      long more = heap(broker, "large-rings", rooms, messages, bytes);
      double each = (double) more / (rooms * messages) - bytes;
      figures.add(
          Figure.of(
              "ring and cursors, 1,000 rooms × 100 messages of 128 bytes: a message beyond its payload",
              "≤ 200 bytes",
              each <= 200,
              "%.0f bytes",
              each));
      int many = 100_000;
      long small = heap(broker, "small-rings", many, 4, Body.SMALLEST);
      figures.add(
          Figure.of(
              "100,000 rooms × 4 messages of %d bytes on one pod: more heap"
                  .formatted(Body.SMALLEST),
              "≤ 150 MB",
              small <= 150_000_000,
              "%.0f MB, %.0f bytes a room",
              small / 1e6,
              (double) small / many));
    }
    return figures;
  }

  private static long heap(Broker broker, String name, int rooms, int messages, int bytes)
      throws Exception {
    Topic topic = Topic.create(broker, name, 1, Partitioning.MODULO);
    try (Pod pod =
        new Pod(
            topic, "0", JAVA_OPTIONS, Map.of("CHAT_HISTORY_MESSAGES", String.valueOf(messages)))) {
      // The first messages load classes and make buffers that later ones share.
      Fill fill = new Fill(topic, 1, bytes);
      fill.write(List.of(rooms), 0, 1_000);
      Fill.awaitRead(pod, 1_000);
      long before = pod.liveBytes();
      fill.write(IntStream.range(0, rooms).boxed().toList(), 0, messages);
      Fill.awaitRead(pod, 1_000 + (long) rooms * messages);
      double kept = pod.metric("chat_history_rooms");
      if (kept < rooms)
        throw new IllegalStateException(
            "The pod keeps %.0f of %d rooms: its bounds are too narrow.".formatted(kept, rooms));
      return pod.liveBytes() - before;
    }
  }
}
