package dev.chatcluster.operator;

import static dev.chatcluster.operator.World.NAMESPACE;
import static dev.chatcluster.operator.World.SOON;
import static dev.chatcluster.operator.World.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a change that goes wrong can reach. */
class RolloutBudgetTest extends OnMockApi {
  private static final String TWO = "rollout: {maxUnavailable: 2}";

  @Test
  void aBadImageStopsAtTheBudgetAndIsMendedByPuttingTheImageBack() {
    ready("large", 12, "consumer: {image: \"good:1\", " + TWO + "}");
    stopsAtTwoOfTwelveAndIsMended(
        "large",
        () ->
            world.change(
                cluster("large", 12, brokers, "consumer: {image: \"bad:1\", " + TWO + "}")),
        () ->
            world.change(
                cluster("large", 12, brokers, "consumer: {image: \"good:1\", " + TWO + "}")));
  }

  @Test
  void aBadUpgradeOfTheOperatorStopsAtTheBudgetAndIsMendedByTheFormerOne() {
    ready("taken", 12, "consumer: {" + TWO + "}");
    stopsAtTwoOfTwelveAndIsMended(
        "taken",
        () -> {
          world.close();
          world = new World(api.client(), "bad:1");
        },
        () -> {
          world.close();
          world = new World(api.client());
        });
  }

  private void stopsAtTwoOfTwelveAndIsMended(String name, Runnable change, Runnable mend) {
    Map<String, String> before = templates(name, 12);
    Map<String, Long> generations = generations(name, 12);
    try (Differing differing = new Differing(before)) {
      change.run();
      await().atMost(SOON).until(() -> differing.now() == 2);
      for (String each : differing.names()) {
        world.setPods(each, false, true);
        podThatCannotBeHad(each);
      }
      String message = world.awaitReady(name, "ImagePullBackOff");
      assertThat(message)
          .contains("is served by an older pod", "bad:1 cannot be pulled", "(and 1 more")
          .contains("has not reached 10 partitions", "spec.consumer.rollout.maxUnavailable");
      assertThat(world.condition(name, "ConsumersReady").getStatus()).isEqualTo("True");
      // Whatever wakes the operator, the others stay as they are.
      await().during(Duration.ofSeconds(2)).atMost(SOON).until(() -> differing.now() == 2);

      List<String> changed = differing.names();
      mend.run();
      await().atMost(SOON).until(() -> templates(name, 12).equals(before));
      changed.forEach(each -> world.client.pods().inNamespace(NAMESPACE).withName(each).delete());
      world.podsCome(changed.toArray(String[]::new));
      world.awaitReady(name, "Ready");
      assertThat(differing.most()).isEqualTo(2);
      Map<String, Long> after = generations(name, 12);
      changed.forEach(
          each -> {
            after.remove(each);
            generations.remove(each);
          });
      assertThat(after).hasSize(10).isEqualTo(generations);
    }
  }

  @Test
  void whoTakesLabelsFromAllStartsNoMoreOfThemAnew() {
    ready("unlabelled", 4);
    try (Differing differing = new Differing(templates("unlabelled", 4))) {
      world.change(cluster("unlabelled", 4, brokers, "consumer: {image: \"bad:1\"}"));
      await().atMost(SOON).until(() -> differing.now() == 1);
      String label = "app.kubernetes.io/managed-by";
      for (Deployment each : each("unlabelled", 4)) {
        world
            .deployment(each.getMetadata().getName())
            .edit(
                d -> {
                  d.getMetadata().getLabels().remove(label);
                  return d;
                });
      }
      await()
          .atMost(SOON)
          .until(
              () ->
                  each("unlabelled", 4).stream()
                      .allMatch(d -> d.getMetadata().getLabels().containsKey(label)));
      await()
          .during(Duration.ofSeconds(1))
          .atMost(SOON)
          .untilAsserted(() -> assertThat(differing.most()).isEqualTo(1));
      world.awaitEvent("DriftCorrected");
      differing.names().forEach(world::podsCome);
      await().atMost(SOON).until(() -> differing.now() == 2);
    }
  }

  @Test
  void aPartitionThatSomebodyStopsIsStartedAlsoWhileAChangeWaits() {
    ready("stopped", 3);
    world.change(cluster("stopped", 3, brokers, "consumer: {image: \"bad:1\"}"));
    await()
        .atMost(SOON)
        .until(() -> world.condition("stopped", "Ready").getReason().equals("RollingOut"));
    world
        .deployment("stopped-partition-2")
        .edit(
            d -> {
              d.getSpec().setReplicas(0);
              return d;
            });
    world.podsCome("stopped-partition-2");
    await()
        .atMost(SOON)
        .until(() -> world.deployment("stopped-partition-2").get().getSpec().getReplicas() == 1);
  }

  @Test
  void aPartitionThatIsNotReadyAndCannotBeChangedCounts() {
    ready("refused", 2);
    world.setPods("refused-partition-0", true, false);
    world.awaitReady("refused", "PartitionDown");
    Map<String, String> before = templates("refused", 2);
    refuseChangesOf("refused-partition-0");
    world.change(cluster("refused", 2, brokers, "consumer: {restartNonce: 1}"));
    awaitRefusal("refused");
    assertThat(templates("refused", 2)).isEqualTo(before);

    world.podsCome("refused-partition-0");
    await().atMost(SOON).until(() -> !templates("refused", 2).equals(before));
  }

  @Test
  void aPartitionThatIsBeingChangedAndCannotBePutBackCounts() {
    ready("edited", 2);
    world.change(cluster("edited", 2, brokers, "consumer: {restartNonce: 1}"));
    world.awaitReady("edited", "RollingOut");
    Map<String, String> half = templates("edited", 2);
    refuseChangesOf("edited-partition-0");
    world
        .deployment("edited-partition-0")
        .edit(
            d -> {
              d.getSpec().setReplicas(2);
              return d;
            });
    awaitRefusal("edited");
    assertThat(templates("edited", 2)).isEqualTo(half);
  }

  private void refuseChangesOf(String deployment) {
    api.fail(
        (method, path, body) ->
            method.equals("PUT") && path.endsWith("/deployments/" + deployment));
  }

  /** What the same look did is done by then. */
  private void awaitRefusal(String name) {
    await()
        .atMost(SOON)
        .until(
            () ->
                world.get(name).getStatus().problems().stream()
                    .anyMatch(p -> p.reason().equals("ApiError")));
  }

  @Test
  void aGoodUpgradeOfTheOperatorReachesAllWithinTheBudget() {
    ready("upgraded", 6, "consumer: {" + TWO + "}");
    try (Differing differing = new Differing(templates("upgraded", 6))) {
      world.close();
      world = new World(api.client(), "chat-consumer:next");
      reachesAllTwoByTwo("upgraded", 6, differing);
    }
  }

  @Test
  void aGoodChangeReachesAllWithinTheBudgetOfAPercentage() {
    String quarter = "rollout: {maxUnavailable: 25%}";
    ready("good", 8, "consumer: {" + quarter + "}");
    try (Differing differing = new Differing(templates("good", 8))) {
      world.change(cluster("good", 8, brokers, "consumer: {restartNonce: 1, " + quarter + "}"));
      reachesAllTwoByTwo("good", 8, differing);
    }
    assertThat(budget("good").getSpec().getMaxUnavailable().getIntVal()).isEqualTo(2);
  }

  private void reachesAllTwoByTwo(String name, int partitions, Differing differing) {
    for (int reached = 2; reached <= partitions; reached += 2) {
      int expected = reached;
      await().atMost(SOON).until(() -> differing.now() == expected);
      for (String each : differing.names()) world.podsCome(each);
    }
    world.awaitReady(name, "Ready");
  }

  @Test
  void oneDisruptionBudgetGoesWithTheSpec() {
    ready("budget", 4, "consumer: {rollout: {maxUnavailable: 3}, replicasPerPartition: 2}");
    PodDisruptionBudget made = budget("budget");
    assertThat(made.getSpec().getMaxUnavailable().getIntVal()).isEqualTo(3);
    assertThat(made.getSpec().getSelector().getMatchLabels())
        .isEqualTo(
            Map.of("app.kubernetes.io/name", "chat-consumer", "chatcluster.dev/cluster", "budget"));
    assertThat(world.names(PodDisruptionBudget.class)).containsExactly("budget-pods");

    world.change(cluster("budget", 4, brokers, "consumer: {replicasPerPartition: 2}"));
    await()
        .atMost(SOON)
        .until(() -> budget("budget").getSpec().getMaxUnavailable().getIntVal() == 1);
    world.client.resource(budget("budget")).delete();
    await().atMost(SOON).until(() -> budget("budget") != null);
  }

  @Test
  void aQuotaThatPodsExceedStandsInTheStatusWithItsWords() {
    ready("quota", 2);
    world.change(cluster("quota", 2, brokers, "consumer: {restartNonce: 1}"));
    await()
        .atMost(SOON)
        .until(() -> world.condition("quota", "Ready").getReason().equals("RollingOut"));
    String words = "pods \"quota-partition-0-x\" is forbidden: exceeded quota: chat";
    world.setStatus(
        "quota-partition-0",
        d ->
            d.setStatus(
                new DeploymentStatusBuilder(d.getStatus())
                    .addNewCondition()
                    .withType("ReplicaFailure")
                    .withStatus("True")
                    .withReason("FailedCreate")
                    .withMessage(words)
                    .endCondition()
                    .build()));
    assertThat(world.awaitReady("quota", "PodsNotCreated"))
        .contains("is served by an older pod", words, "has not reached 1 partition");
  }

  private PodDisruptionBudget budget(String name) {
    return world
        .client
        .policy()
        .v1()
        .podDisruptionBudget()
        .inNamespace(NAMESPACE)
        .withName(name + "-pods")
        .get();
  }

  private void podThatCannotBeHad(String deployment) {
    Deployment of = world.deployment(deployment).get();
    world
        .client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(deployment)
                .withNamespace(NAMESPACE)
                .withLabels(of.getSpec().getTemplate().getMetadata().getLabels())
                .endMetadata()
                .withNewStatus()
                .addNewContainerStatus()
                .withName("consumer")
                .withImage("bad:1")
                .withNewState()
                .withNewWaiting()
                .withReason("ImagePullBackOff")
                .endWaiting()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build())
        .create();
  }

  private Map<String, String> templates(String name, int partitions) {
    Map<String, String> templates = new ConcurrentHashMap<>();
    each(name, partitions).forEach(d -> templates.put(d.getMetadata().getName(), template(d)));
    return templates;
  }

  private Map<String, Long> generations(String name, int partitions) {
    Map<String, Long> generations = new ConcurrentHashMap<>();
    each(name, partitions)
        .forEach(d -> generations.put(d.getMetadata().getName(), d.getMetadata().getGeneration()));
    return generations;
  }

  private List<Deployment> each(String name, int partitions) {
    return IntStream.range(0, partitions)
        .mapToObj(p -> world.deployment(name + "-partition-" + p).get())
        .toList();
  }

  private static String template(Deployment deployment) {
    return deployment.getSpec().getTemplate().toString();
  }

  /** Every version of every Deployment is looked at, so nothing between two looks is missed. */
  private final class Differing implements Watcher<Deployment>, AutoCloseable {
    private final Map<String, String> former;
    private final Map<String, String> now = new ConcurrentHashMap<>();
    private final AtomicInteger most = new AtomicInteger();
    private final Watch watch;

    Differing(Map<String, String> former) {
      this.former = former;
      watch = world.client.apps().deployments().inNamespace(NAMESPACE).watch(this);
    }

    @Override
    public void close() {
      watch.close();
    }

    @Override
    public void eventReceived(Action action, Deployment deployment) {
      now.put(deployment.getMetadata().getName(), template(deployment));
      most.accumulateAndGet(now(), Math::max);
    }

    @Override
    public void onClose(WatcherException cause) {
      // What it has not seen is missing in the assertions.
    }

    int now() {
      return names().size();
    }

    int most() {
      return most.get();
    }

    List<String> names() {
      List<String> names = new ArrayList<>();
      now.forEach(
          (name, template) -> {
            if (!template.equals(former.get(name))) names.add(name);
          });
      return names;
    }
  }
}
