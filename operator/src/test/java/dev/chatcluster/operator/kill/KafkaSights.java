package dev.chatcluster.operator.kill;

import dev.chatcluster.roomlog.Names;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Says which topics come and go, and how many records control topics have. */
final class KafkaSights implements AutoCloseable {
  private static final int LOOK_MS = 15;

  private final Admin admin;
  private final Consumer<String> saw;
  private final Thread thread;
  private final Map<String, Long> records = new HashMap<>();
  private Set<String> topics = Set.of();

  KafkaSights(String brokers, Consumer<String> saw) {
    this.admin = Admin.create(Map.of("bootstrap.servers", brokers));
    this.saw = saw;
    thread = Thread.ofPlatform().daemon().name("kafka sights").start(this::watch);
  }

  private void watch() {
    try {
      while (true) {
        try {
          look();
        } catch (ExecutionException goneMeanwhile) {
          // The next look tells.
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MS);
      }
    } catch (InterruptedException closed) {
      // Nothing more is looked at.
    }
  }

  private void look() throws InterruptedException, ExecutionException {
    Set<String> now = admin.listTopics().names().get();
    for (String each : now) if (!topics.contains(each)) saw.accept("came Topic " + each);
    for (String each : topics) if (!now.contains(each)) saw.accept("gone Topic " + each);
    topics = new HashSet<>(now);
    records.keySet().retainAll(now);
    Map<TopicPartition, OffsetSpec> ends =
        now.stream()
            .filter(topic -> topic.endsWith(Names.controlTopic("")))
            .collect(Collectors.toMap(t -> new TopicPartition(t, 0), _ -> OffsetSpec.latest()));
    for (var end : admin.listOffsets(ends).all().get().entrySet()) {
      String topic = end.getKey().topic();
      Long count = end.getValue().offset();
      if (!count.equals(records.put(topic, count))) saw.accept("records " + topic + " " + count);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    admin.close();
  }
}
