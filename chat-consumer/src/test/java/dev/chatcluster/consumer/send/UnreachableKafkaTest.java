package dev.chatcluster.consumer.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.consumer.KafkaSide;
import dev.chatcluster.consumer.Loop;
import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.metrics.SendMetrics;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import dev.chatcluster.roomlog.room.RoomSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

class UnreachableKafkaTest {
  private static final String NOWHERE = "127.0.0.1:1";
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  @Test
  void everySessionHasItsAnswerInTimeHoweverManyWait() {
    Topology topology =
        Topology.of(
            new LogId("uid", "topic-id"), List.of(Epoch.first(1, Partitioning.KAFKA_DEFAULT)));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", NOWHERE));
        Loop loop = new Loop()) {
      Sender sender =
          new Sender(
              "t",
              "test",
              KafkaSide.config(NOWHERE, "t").kafka(),
              admin,
              new RoomSource.Key(),
              1_000,
              () -> topology,
              Optional::empty,
              new SendMetrics(new SimpleMeterRegistry()),
              PATIENCE,
              1 << 20);
      sender.start();
      List<TestPath> sessions =
          Stream.generate(() -> new TestPath(loop, sender)).limit(20).toList();
      long before = System.nanoTime();
      for (TestPath each : sessions) each.send(new Outgoing("a", new byte[0], List.of(), null));
      for (TestPath each : sessions) {
        await().until(() -> each.failures().size() == 1);
        assertThat(each.failures().getFirst()).startsWith("retry:");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isBetween(PATIENCE.minusMillis(100), PATIENCE.plusSeconds(3));
      sender.close(Duration.ofSeconds(1));
    }
  }
}
