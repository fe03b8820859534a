package dev.chatcluster.operator.scale;

import dev.chatcluster.kafka.EmbeddedKafka;
import dev.chatcluster.operator.MockApi;
import dev.chatcluster.operator.log.Logging;
import dev.chatcluster.operator.real.ApiRequests;
import dev.chatcluster.operator.real.OperatorProcess;
import dev.chatcluster.operator.real.RealCluster;
import dev.chatcluster.operator.real.StandInKubelet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Times and memory of an operator with many partitions; prints a table. {@code benchmarks/run.sh
 * operator} runs it. Everything runs on one machine: Kafka, API server, controllers, operator.
 */
public final class OperatorFigures {
  static final String RECONCILED = "operator_sdk_reconciliations_started_total";

  private static final Duration LONG = Duration.ofMinutes(15);

  private OperatorFigures() {}

  /**
   * Measures.
   *
   * @param arguments none, or how many ChatClusters (100; 0 for the times of one alone), of how
   *     many partitions (32), and how many seconds of rest (300)
   */
  public static void main(String[] arguments) throws Exception {
    Logging.start("ERROR", false);
    int chatClusters = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100;
    int partitions = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 32;
    int rest = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 300;
    IO.println("| what | goal | measured |");
    IO.println("|---|---|---|");
    Path folder = Files.createTempDirectory("operator-figures");
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"))) {
      onMockApi(folder, kafka.bootstrapServers());
      try (RealCluster cluster = RealCluster.start(folder)) {
        one(cluster, folder, kafka.bootstrapServers());
        if (chatClusters > 0) {
          many(cluster, folder, kafka.bootstrapServers(), chatClusters, partitions, rest);
        }
      }
    }
    IO.println("Logs are in " + folder);
    System.exit(0);
  }

  private static void figure(String what, String goal, String measured) {
    IO.println("| " + what + " | " + goal + " | " + measured + " |");
  }

  private static void onMockApi(Path folder, String brokers) throws IOException {
    try (MockApi api = new MockApi()) {
      Path kubeconfig =
          Files.writeString(
              folder.resolve("mock.kubeconfig"),
              """
              apiVersion: v1
              kind: Config
              clusters: [{name: c, cluster: {server: "%s"}}]
              users: [{name: u, user: {token: t}}]
              contexts: [{name: x, context: {cluster: c, user: u}}]
              current-context: x
              """
                  .formatted(api.client().getMasterUrl()));
      hundred(api.client(), kubeconfig, "mock", "≤ 2 s", folder, brokers);
    }
  }

  private static void one(RealCluster cluster, Path folder, String brokers) throws IOException {
    cluster.createNamespace("real");
    hundred(cluster.client(), cluster.kubeconfig(), "real", "none", folder, brokers);
  }

  /** After a small one, as in an operator that has been at work before. */
  private static void hundred(
      KubernetesClient client,
      Path kubeconfig,
      String api,
      String goal,
      Path folder,
      String brokers)
      throws IOException {
    try (OperatorProcess operator =
        new OperatorProcess(
            kubeconfig, api, ImageFlags.ALL, folder.resolve(api + ".log"), line -> {})) {
      operator.awaitReady();
      Chats chats = new Chats(client, api, brokers, operator);
      chats.create(api + "-small", 3);
      chats.awaitChildren(3, 1, LONG);
      Duration cpu = operator.cpu();
      long begun = System.nanoTime();
      chats.create(api + "-large", 100);
      chats.awaitChildren(103, 2, LONG);
      figure(
          "1 ChatCluster → 100 Deployments and 101 Services, topic included, on a %s API server"
              .formatted(api),
          goal,
          "%.1f s, processor time of the operator %.1f s"
              .formatted(seconds(begun), operator.cpu().minus(cpu).toMillis() / 1e3));
    }
  }

  private static double seconds(long begun) {
    return (System.nanoTime() - begun) / 1e9;
  }

  private static void many(
      RealCluster cluster, Path folder, String brokers, int chatClusters, int partitions, int rest)
      throws Exception {
    String namespace = "many";
    cluster.createNamespace(namespace);
    String what = "%d ChatClusters × %d partitions, ".formatted(chatClusters, partitions);
    Path log = folder.resolve("many.log");
    try (StandInKubelet _ = new StandInKubelet(cluster.client(), namespace, () -> 0);
        OperatorProcess operator =
            new OperatorProcess(cluster.kubeconfig(), namespace, ImageFlags.ALL, log, line -> {})) {
      operator.awaitReady();
      Chats chats = new Chats(cluster.client(), namespace, brokers, operator);
      long begun = System.nanoTime();
      for (int i = 0; i < chatClusters; i++) chats.create("chat-" + i, partitions);
      chats.awaitChildren(chatClusters * partitions, chatClusters, LONG);
      figure(what + "all children made", "none", "%.0f s".formatted(seconds(begun)));
      chats.awaitReady(chatClusters, LONG);
      figure(
          what + "all ready, with a pod each",
          "none",
          "%.0f s, %.0f reconciliations, processor time of the operator %.0f s"
              .formatted(
                  seconds(begun), operator.metric(RECONCILED), operator.cpu().toMillis() / 1e3));
      memory(what + "memory of the operator then", operator);

      TimeUnit.SECONDS.sleep(30);
      Map<String, Long> written = ApiRequests.writes(cluster.client());
      Map<String, Long> read = ApiRequests.reads(cluster.client());
      double reconciled = operator.metric(RECONCILED);
      Duration cpu = operator.cpu();
      TimeUnit.SECONDS.sleep(rest);
      String resting = what + "%d s of rest: ".formatted(rest);
      figure(resting + "API writes", "0", since(written, ApiRequests.writes(cluster.client())));
      figure(resting + "API reads", "0", since(read, ApiRequests.reads(cluster.client())));
      figure(
          resting + "reconciliations",
          "≤ %d, the resync's".formatted(chatClusters * (rest / 120 + 1)),
          "%.0f".formatted(operator.metric(RECONCILED) - reconciled));
      figure(
          resting + "processor time of the operator",
          "none",
          "%.1f s".formatted(operator.cpu().minus(cpu).toMillis() / 1e3));
      memory(what + "memory of the operator after that", operator);
    }
    try (OperatorProcess again =
        new OperatorProcess(cluster.kubeconfig(), namespace, ImageFlags.ALL, log, line -> {})) {
      long begun = System.nanoTime();
      again.awaitReady();
      figure(what + "a new operator is ready", "none", "%.1f s".formatted(seconds(begun)));
      TimeUnit.SECONDS.sleep(30);
      memory(what + "memory of the new operator", again);
    }
  }

  private static String since(Map<String, Long> before, Map<String, Long> now) {
    Map<String, Long> further = new TreeMap<>(now);
    further.replaceAll((resource, count) -> count - before.getOrDefault(resource, 0L));
    return "%d %s".formatted(further.values().stream().mapToLong(n -> n).sum(), further);
  }

  private static void memory(String what, OperatorProcess operator) throws IOException {
    String live =
        operator.isAlive() ? "%d MiB".formatted(liveBytes(operator.pid()) >> 20) : "it has ended";
    figure(
        what,
        "it lives, RSS < 256 MiB",
        "live objects %s, RSS %d MiB (%d of it without a file), at most %d MiB"
            .formatted(
                live,
                kibibytes(operator, "VmRSS:") >> 10,
                kibibytes(operator, "RssAnon:") >> 10,
                kibibytes(operator, "VmHWM:") >> 10));
  }

  private static long kibibytes(OperatorProcess operator, String field) throws IOException {
    Path status = Path.of("/proc", Long.toString(operator.pid()), "status");
    if (!Files.exists(status)) return 0;
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith(field))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  /** After a full collection. */
  private static long liveBytes(long pid) throws IOException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process process =
        new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    // Its last line: Total <instances> <bytes>
    return process
        .inputReader()
        .lines()
        .filter(line -> line.startsWith("Total"))
        .mapToLong(line -> Long.parseLong(line.trim().split("\\s+")[2]))
        .findFirst()
        .orElse(0);
  }
}
