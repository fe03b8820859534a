package dev.chatcluster.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.kafka.EmbeddedKafka;
import dev.chatcluster.operator.real.ApiRequests;
import dev.chatcluster.operator.real.OperatorProcess;
import dev.chatcluster.operator.real.RealCluster;
import dev.chatcluster.operator.real.StandInKubelet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An operator whose work is done writes nothing and is not called. */
@Tag("slow")
@RealCluster.Required
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class RestTest {
  private static final int PARTITIONS = 50;
  private static final int REST_SECONDS = 30;

  @TempDir Path folder;

  @Test
  void writesNothingAndReconcilesNothingOnceAllIsAsItShouldBe() throws Exception {
    try (RealCluster cluster = RealCluster.start(folder);
        EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"))) {
      cluster.createNamespace("rest");
      try (StandInKubelet _ = new StandInKubelet(cluster.client(), "rest", () -> 0);
          OperatorProcess operator =
              new OperatorProcess(
                  cluster.kubeconfig(),
                  "rest",
                  ImageFlags.ALL,
                  folder.resolve("log"),
                  line -> {})) {
        operator.awaitReady();
        Chats chats = new Chats(cluster.client(), "rest", kafka.bootstrapServers(), operator);
        chats.create("one", PARTITIONS);
        chats.awaitChildren(PARTITIONS, 1, Duration.ofSeconds(60));
        chats.awaitReady(1, Duration.ofSeconds(60));
        // What the last change of a status leads to.
        AtomicReference<Map<String, Long>> last = new AtomicReference<>();
        await()
            .pollInterval(Duration.ofSeconds(5))
            .atMost(Duration.ofSeconds(60))
            .until(() -> quiet(last, ApiRequests.writes(cluster.client())));
        Map<String, Long> writes = last.get();
        Map<String, Long> reads = ApiRequests.reads(cluster.client());
        double reconciled = operator.metric(OperatorFigures.RECONCILED);
        assertThat(reconciled).isPositive();
        assertThat(writes).containsKeys("chatclusters", "deployments", "services", "events");
        assertThat(reads).containsKeys("chatclusters", "deployments", "pods");
        TimeUnit.SECONDS.sleep(REST_SECONDS);
        assertThat(ApiRequests.writes(cluster.client())).isEqualTo(writes);
        assertThat(ApiRequests.reads(cluster.client())).isEqualTo(reads);
        assertThat(operator.metric(OperatorFigures.RECONCILED)).isEqualTo(reconciled);
      }
    }
  }

  private static boolean quiet(AtomicReference<Map<String, Long>> last, Map<String, Long> now) {
    return now.equals(last.getAndSet(now));
  }
}
