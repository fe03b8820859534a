package dev.chatcluster.operator.kill;

import dev.chatcluster.kafka.EmbeddedKafka;
import dev.chatcluster.operator.real.RealCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever operators are killed at, others complete it, and nothing is left over. {@code kill.sh}
 * runs it for longer. With the same seed the same is asked for, though not at the same moments.
 */
@Tag("slow")
@RealCluster.Required
@Timeout(value = 1, unit = TimeUnit.HOURS)
@TestInstance(Lifecycle.PER_CLASS)
class OperatorKillTest {
  private static final int KILLS = Integer.getInteger("kill.kills", 5);
  private static final long SEED = Long.getLong("kill.seed", System.nanoTime() % 1_000_000);

  private Path folder;
  private RealCluster cluster;
  private EmbeddedKafka kafka;

  @BeforeAll
  void start(@TempDir Path data) throws Exception {
    // The logs are of use after the test.
    folder = Files.createDirectories(Path.of("target", "kill")).toAbsolutePath();
    folder = Files.createTempDirectory(folder, "run-");
    IO.println("kill.kills=%d kill.seed=%d, logs in %s".formatted(KILLS, SEED, folder));
    cluster = RealCluster.start(folder);
    kafka = EmbeddedKafka.start(data);
  }

  @AfterAll
  void stop() {
    if (kafka != null) kafka.close();
    if (cluster != null) cluster.close();
  }

  private void run(String namespace, int operators, long seed) throws Exception {
    new KillRun(cluster, kafka.bootstrapServers(), folder, namespace, KILLS, seed).run(operators);
  }

  @Test
  void oneOperatorAfterTheOther() throws Exception {
    run("one", 1, SEED);
  }

  @Test
  void twoAtOnceWithoutLeaderElection() throws Exception {
    run("two", 2, SEED + 1);
  }
}
