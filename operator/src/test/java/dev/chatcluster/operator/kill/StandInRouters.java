package dev.chatcluster.operator.kill;

import dev.chatcluster.roomlog.Names;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Plays the routers in the pods of all logs: they pass whatever there is, since it is no stray. */
final class StandInRouters implements AutoCloseable {
  private static final int LOOK_MS = 300;

  private final Admin admin;
  private final Thread thread;
  private final Map<String, Map<TopicPartition, OffsetAndMetadata>> passed = new HashMap<>();

  StandInRouters(String brokers) {
    admin = Admin.create(Map.of("bootstrap.servers", brokers));
    thread = Thread.ofPlatform().daemon().name("routers").start(this::run);
  }

  private void run() {
    try {
      while (true) {
        Set<String> names = new HashSet<>();
        try {
          names.addAll(admin.listTopics().names().get());
        } catch (ExecutionException notNow) {
          // The next time.
        }
        for (String each : names) if (names.contains(Names.controlTopic(each))) pass(each);
        TimeUnit.MILLISECONDS.sleep(LOOK_MS);
      }
    } catch (InterruptedException closed) {
      // They have ended.
    }
  }

  private void pass(String topic) throws InterruptedException {
    try {
      Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
      admin
          .describeTopics(Set.of(topic))
          .topicNameValues()
          .get(topic)
          .get()
          .partitions()
          .forEach(p -> asked.put(new TopicPartition(topic, p.partition()), OffsetSpec.latest()));
      Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
      admin
          .listOffsets(asked)
          .all()
          .get()
          .forEach((p, end) -> ends.put(p, new OffsetAndMetadata(end.offset())));
      if (ends.equals(passed.get(topic))) return;
      admin.alterConsumerGroupOffsets(Names.routerGroup(topic), ends).all().get();
      passed.put(topic, ends);
    } catch (ExecutionException goneOrNotNow) {
      passed.remove(topic);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    admin.close();
  }
}
