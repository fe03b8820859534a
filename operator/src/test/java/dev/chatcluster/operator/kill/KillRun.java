package dev.chatcluster.operator.kill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.operator.real.OperatorProcess;
import dev.chatcluster.operator.real.RealCluster;
import dev.chatcluster.operator.real.StandInKubelet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;

/** Some operators on one namespace, killed again and again; of one thread. */
final class KillRun {
  private static final int CHANGES_A_KILL = 6;
  private static final int UNTIL_THE_STEP_SECONDS = 60;
  private static final Duration PATIENCE = Duration.ofSeconds(100);

  private final RealCluster cluster;
  private final String brokers;
  private final Path folder;
  private final String namespace;
  private final int kills;
  private final long seed;
  private final Random random;
  private final Trap trap = new Trap();
  private final List<OperatorProcess> operators = Collections.synchronizedList(new ArrayList<>());
  private final Population population;
  private final Map<String, Integer> killedAt = new TreeMap<>();

  /**
   * A run.
   *
   * @param folder for the operators' logs
   * @param namespace that is not there yet
   */
  KillRun(
      RealCluster cluster, String brokers, Path folder, String namespace, int kills, long seed) {
    this.cluster = cluster;
    this.brokers = brokers;
    this.folder = folder;
    this.namespace = namespace;
    this.kills = kills;
    this.seed = seed;
    this.random = new Random(seed);
    population = new Population(cluster.client(), namespace, brokers, random);
  }

  /** Kills, and checks that in the end all is as it should be. */
  void run(int howMany) throws Exception {
    cluster.createNamespace(namespace);
    AtomicInteger delays = new AtomicInteger();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers));
        StandInKubelet _ =
            // Some pods are quick and some are slow, the same ones with the same seed.
            new StandInKubelet(cluster.client(), namespace, () -> delays.addAndGet(37) % 300);
        StandInRouters _ = new StandInRouters(brokers);
        KubernetesSights _ = new KubernetesSights(cluster.client(), namespace, trap::saw);
        KafkaSights _ = new KafkaSights(brokers, trap::saw)) {
      for (int i = 0; i < howMany; i++) operators.add(operator());
      for (int i = 0; i < 4; i++) population.create();
      List<Step> steps = new ArrayList<>();
      for (int kill = 0; kill < kills; kill++) {
        if (steps.isEmpty()) {
          steps.addAll(Arrays.asList(Step.values()));
          Collections.shuffle(steps, random);
        }
        // Now and then in the middle of all that is still to be done, else from a state of rest.
        if (random.nextInt(3) > 0) awaitReady();
        kill(steps.removeLast());
      }
      converge(admin);
      report();
    } finally {
      operators.forEach(OperatorProcess::close);
    }
  }

  private OperatorProcess operator() throws IOException {
    OperatorProcess[] self = new OperatorProcess[1];
    Path levels = folder.resolve("levels.properties");
    // Its steps are told at DEBUG.
    Files.writeString(levels, "dev.chatcluster.operator.rescale.Rescale.level=FINE\n");
    self[0] =
        new OperatorProcess(
            cluster.kubeconfig(),
            namespace,
            List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-Djava.util.logging.config.file=" + levels),
            folder.resolve(namespace + ".log"),
            line -> {
              if (self[0] != null) trap.saw("log " + line, self[0]);
            });
    return self[0];
  }

  private void kill(Step step) throws Exception {
    trap.arm(step, () -> operators.get(0));
    int provoked = random.nextInt(CHANGES_A_KILL);
    for (int i = 0; i < CHANGES_A_KILL; i++) {
      if (i == provoked) population.provoke(step.provocation());
      else population.change();
      TimeUnit.MILLISECONDS.sleep(random.nextInt(150));
    }
    OperatorProcess victim = trap.await(UNTIL_THE_STEP_SECONDS);
    String where = victim == null ? "elsewhere" : step.toString();
    if (victim == null) {
      victim = operators.get(random.nextInt(operators.size()));
      victim.kill();
    }
    killedAt.merge(where, 1, Integer::sum);
    IO.println(
        "%s: killed at %s, after %d changes".formatted(namespace, where, population.count()));
    victim.awaitEnd();
    operators.remove(victim);
    operators.add(operator());
  }

  private void awaitReady() {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(300))
        .until(() -> population.live().keySet().stream().allMatch(population::ready));
  }

  private void converge(Admin admin) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () -> {
              assertThat(operators).allMatch(OperatorProcess::isAlive);
              assertThat(
                      Findings.of(
                          cluster.client(),
                          namespace,
                          brokers,
                          admin,
                          population.live(),
                          population.gone()))
                  .isEmpty();
            });
  }

  private void report() {
    int elsewhere = killedAt.getOrDefault("elsewhere", 0);
    IO.println(
        "%s: %d kills %s, %d changes %s, %d ChatClusters live, %d gone"
            .formatted(
                namespace,
                kills,
                killedAt,
                population.count(),
                new TreeMap<>(population.changes()),
                population.live().size(),
                population.gone().size()));
    // A few are too few to tell of a step that never comes.
    assertThat(elsewhere)
        .as("kills that missed their step, of seed %d", seed)
        .isLessThanOrEqualTo(Math.max(2, kills / 4));
  }
}
