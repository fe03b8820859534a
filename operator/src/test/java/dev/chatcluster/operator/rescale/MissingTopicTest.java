package dev.chatcluster.operator.rescale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.kafka.EmbeddedKafka;
import dev.chatcluster.operator.kafka.Kafka;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import dev.chatcluster.test.Patience;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A topic that a broker does not know, since it is gone or that has not heard of it yet. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MissingTopicTest {
  private static final Timing OFTEN =
      new Timing(
          Duration.ofMillis(50), Duration.ofMinutes(1), Duration.ZERO, Duration.ofMinutes(1));

  @Test
  void isNoFailureOfTheOperatorAndLookedAtOnceItIsThere(@TempDir Path folder) throws Exception {
    ControlState log =
        ControlState.EMPTY.apply(
            new EpochPublished(new LogId("log", "id"), Epoch.first(1, Partitioning.MODULO)));
    ChatCluster cluster =
        new KubernetesSerialization()
            .unmarshal(
                "metadata: {name: t, namespace: chat}\nspec: {partitions: 1}", ChatCluster.class);
    try (EmbeddedKafka broker = EmbeddedKafka.start(folder);
        Kafka kafka = new Kafka(broker.bootstrapServers(), Map.of());
        Rescale rescale = new Rescale("t", null, InstantSource.system(), OFTEN)) {
      Rescale.Order order =
          new Rescale.Order(
              cluster, kafka, new Situation(log, 1, true, 1, Map.of(), Optional.empty()), () -> {});
      await()
          .during(Duration.ofSeconds(1))
          .atMost(Patience.LONG)
          .untilAsserted(() -> assertThat(rescale.take(order).trouble()).isEmpty());
      kafka.create("t", 1, 1, Map.of());
      await().atMost(Patience.LONG).until(() -> rescale.take(order).strayLag() != null);
    }
  }
}
