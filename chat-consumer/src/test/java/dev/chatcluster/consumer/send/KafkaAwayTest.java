package dev.chatcluster.consumer.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.consumer.KafkaSide;
import dev.chatcluster.consumer.Listener;
import dev.chatcluster.consumer.Loop;
import dev.chatcluster.consumer.room.From;
import dev.chatcluster.kafka.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class KafkaAwayTest {
  private static final Duration LONG = Duration.ofSeconds(120);

  private static Outgoing message(String room, String body, String key) {
    return new Outgoing(room, body.getBytes(StandardCharsets.UTF_8), List.of(), key);
  }

  private static EmbeddedKafka broker(Path folder) throws Exception {
    EmbeddedKafka kafka = EmbeddedKafka.start(folder);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic("t", Optional.of(2), Optional.empty()))).all().get();
    }
    return kafka;
  }

  @Test
  void aBrokerThatComesBackInTimeIsNotNoticedByAnybody(@TempDir Path folder) throws Exception {
    try (EmbeddedKafka kafka = broker(folder);
        KafkaSide side = KafkaSide.alone(kafka.bootstrapServers(), "t");
        Loop loop = new Loop()) {
      Listener listener = loop.join(side.rooms(), "a", new From.Now());
      TestPath path = new TestPath(loop, side.sends());
      path.send(message("a", "m0", null));
      await().until(() -> listener.entries().size() == 1);
      kafka.stop();
      for (int i = 1; i < 50; i++) path.send(message("a", "m" + i, null));
      // Joining waits too, and is answered once Kafka is.
      Listener resumed =
          loop.join(side.rooms(), "a", new From.After(listener.entries().getFirst().token()));
      assertThat(side.control().obstacle()).isEmpty();
      kafka.start();
      await().atMost(LONG).until(() -> path.acks().size() == 50);
      List<String> all = IntStream.range(0, 50).mapToObj(i -> "m" + i).toList();
      await().atMost(LONG).untilAsserted(() -> assertThat(listener.texts()).isEqualTo(all));
      await()
          .atMost(LONG)
          .untilAsserted(() -> assertThat(resumed.texts()).isEqualTo(all.subList(1, 50)));
      assertThat(path.failures()).isEmpty();
      assertThat(side.control().obstacle()).isEmpty();
      assertThat(side.fatal()).isNull();
    }
  }

  @Test
  void aBrokerThatStaysAwayFailsASessionWholeAndItsRetryKeepsItsOrder(@TempDir Path folder)
      throws Exception {
    try (EmbeddedKafka kafka = broker(folder);
        KafkaSide side = KafkaSide.alone(kafka.bootstrapServers(), "t");
        Loop loop = new Loop()) {
      Listener listener = loop.join(side.rooms(), "a", new From.Now());
      TestPath path = new TestPath(loop, side.sends());
      path.send(message("a", "m0", "k0"));
      await().until(() -> path.acks().size() == 1);
      kafka.stop();
      long before = System.nanoTime();
      for (int i = 1; i < 10; i++) path.send(message("a", "m" + i, "k" + i));
      await().atMost(LONG).until(() -> path.failures().size() == 9);
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isBetween(Duration.ofSeconds(28), Duration.ofSeconds(90));
      assertThat(path.failures()).allMatch(f -> f.startsWith("retry:") && f.contains("try again"));
      assertThat(path.order()).isSorted();
      // What comes after on the same path fails at once: it must not overtake.
      path.send(message("a", "late", null));
      await().until(() -> path.failures().size() == 10);
      TestPath retry = new TestPath(loop, side.sends());
      for (int i = 1; i < 10; i++) retry.send(message("a", "m" + i, "k" + i));
      kafka.start();
      await().atMost(LONG).until(() -> retry.acks().size() == 9);
      List<String> all = IntStream.range(0, 10).mapToObj(i -> "m" + i).toList();
      await().atMost(LONG).untilAsserted(() -> assertThat(listener.texts()).isEqualTo(all));
      assertThat(retry.order()).isSorted();
      assertThat(side.fatal()).isNull();
    }
  }
}
