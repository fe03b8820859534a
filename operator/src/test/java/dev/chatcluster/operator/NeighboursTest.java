package dev.chatcluster.operator;

import static dev.chatcluster.operator.World.NAMESPACE;
import static dev.chatcluster.operator.World.SOON;
import static dev.chatcluster.operator.World.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.api.v1.ChatClusterStatus.Problem;
import dev.chatcluster.operator.reconcile.Pace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NeighboursTest extends OnMockApi {
  @Test
  void leavesAnObjectOfTheWantedNameAloneUntilItIsGone() {
    Service foreign =
        new ServiceBuilder()
            .withNewMetadata()
            .withName("guest-partition-1")
            .withNamespace(NAMESPACE)
            .withLabels(Map.of("app", "somebody-elses"))
            .endMetadata()
            .withNewSpec()
            .addNewPort()
            .withPort(5432)
            .endPort()
            .endSpec()
            .build();
    world.client.resource(foreign).create();
    world.apply(cluster("guest", 3, brokers));
    assertThat(world.awaitReady("guest", "NameTaken"))
        .contains("Service/guest-partition-1", "delete or rename it");
    Problem problem = world.get("guest").getStatus().problems().getFirst();
    assertThat(problem.partition()).isEqualTo(1);
    assertThat(problem.object()).isEqualTo("Service/guest-partition-1");
    Service still = world.service("guest-partition-1").get();
    assertThat(still.getSpec().getPorts().getFirst().getPort()).isEqualTo(5432);
    assertThat(still.getMetadata().getLabels()).containsExactly(Map.entry("app", "somebody-elses"));
    assertThat(world.names(Deployment.class)).hasSize(3);
    assertThat(world.names(Service.class)).hasSize(4);
    world.awaitEvent("NameTaken");

    world.service("guest-partition-1").delete();
    world.awaitReady("guest", "Starting");
    assertThat(world.service("guest-partition-1").get().getSpec().getPorts().getFirst().getPort())
        .isEqualTo(8080);
    assertThat(world.events("DriftCorrected")).isEmpty();
  }

  @Test
  void doesNotTakeOverAnObjectThatLooksLikeItsOwn() {
    ready("orphan", 1);
    world
        .deployment("orphan-partition-0")
        .edit(
            d -> {
              d.getMetadata().setOwnerReferences(List.of());
              return d;
            });
    world.awaitReady("orphan", "NameTaken");
    assertThat(world.deployment("orphan-partition-0").get().getMetadata().getOwnerReferences())
        .isEmpty();
  }

  @Test
  void bringsBackAChildThatItsInformerCannotSeeAnyMore() {
    ready("hidden", 1);
    world
        .service("hidden-clients")
        .edit(
            s -> {
              s.getMetadata().getLabels().remove("app.kubernetes.io/managed-by");
              return s;
            });
    world.change(cluster("hidden", 1, brokers, "template: {labels: {a: b}}"));
    await()
        .atMost(SOON)
        .until(
            () ->
                world
                    .service("hidden-clients")
                    .get()
                    .getMetadata()
                    .getLabels()
                    .containsKey("app.kubernetes.io/managed-by"));
  }

  @Test
  void oneFailingPartitionHoldsUpNoOther() {
    api.fail(
        (method, path, body) ->
            method.equals("POST")
                && path.endsWith("/deployments")
                && body.contains("\"partial-partition-0\""));
    world.apply(cluster("partial", 4, brokers));
    assertThat(world.awaitReady("partial", "ApiError")).contains("Deployment/partial-partition-0");
    assertThat(world.names(Deployment.class))
        .containsExactly("partial-partition-1", "partial-partition-2", "partial-partition-3");
    assertThat(world.names(Service.class)).hasSize(5);
    assertThat(world.get("partial").getStatus().problems())
        .singleElement()
        .satisfies(p -> assertThat(p.partition()).isZero());

    api.heal();
    world.awaitReady("partial", "Starting");
    assertThat(world.names(Deployment.class)).hasSize(4);
    assertThat(world.get("partial").getStatus().problems()).isEmpty();
  }

  @Test
  void aPartitionThatCannotBeChangedHoldsUpNoRollout() {
    ready("stubborn", 3);
    api.fail(
        (method, path, body) ->
            method.equals("PUT") && path.endsWith("/deployments/stubborn-partition-0"));
    world
        .deployment("stubborn-partition-1")
        .edit(
            d -> {
              d.getMetadata().setOwnerReferences(List.of());
              return d;
            });
    world.awaitReady("stubborn", "NameTaken");
    world.change(cluster("stubborn", 3, brokers, "consumer: {image: \"new:2\"}"));
    await().atMost(SOON).until(() -> image("stubborn-partition-2").equals("new:2"));
    // Until its pods have come it is nobody's turn, so nothing else is tried.
    world.podsCome("stubborn-partition-2");
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(world.get("stubborn").getStatus().problems())
                    .extracting(Problem::reason)
                    .containsExactlyInAnyOrder("ApiError", "NameTaken"));
    assertThat(image("stubborn-partition-1")).isEqualTo("chat-consumer:test");
  }

  @Test
  void leavesWhatOthersHaveSetBesideItWhenItCorrectsDrift() {
    ready("shared", 1);
    world
        .deployment("shared-partition-0")
        .edit(
            d -> {
              d.getSpec().setReplicas(3);
              d.getSpec().setMinReadySeconds(7);
              d.getSpec().getTemplate().getSpec().setNodeSelector(Map.of("zone", "a"));
              return d;
            });
    world
        .service("shared-clients")
        .edit(
            s -> {
              s.getSpec().setLoadBalancerClass("example.com/lb");
              s.getSpec().getPorts().getFirst().setNodePort(30123);
              s.getSpec().getPorts().getFirst().setPort(1);
              return s;
            });
    await().atMost(SOON).until(() -> world.events("DriftCorrected").size() == 2);
    Deployment deployment = world.deployment("shared-partition-0").get();
    assertThat(deployment.getSpec().getReplicas()).isEqualTo(1);
    assertThat(deployment.getSpec().getMinReadySeconds()).isEqualTo(7);
    assertThat(deployment.getSpec().getTemplate().getSpec().getNodeSelector())
        .containsEntry("zone", "a");
    Service service = world.service("shared-clients").get();
    assertThat(service.getSpec().getPorts().getFirst().getPort()).isEqualTo(8080);
    assertThat(service.getSpec().getPorts().getFirst().getNodePort()).isEqualTo(30123);
    assertThat(service.getSpec().getLoadBalancerClass()).isEqualTo("example.com/lb");
  }

  private String image(String deployment) {
    return world
        .deployment(deployment)
        .get()
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getImage();
  }

  @Test
  void oneOfTwoChatClustersHasTheTopic() {
    world.apply(cluster("older", 1, brokers, "topic: {name: shared}"));
    world.awaitReady("older", "Starting");
    world.apply(cluster("younger", 1, brokers, "topic: {name: shared}"));
    assertThat(world.awaitReady("younger", "TopicTaken"))
        .contains("belongs to the ChatCluster chat/older");
    assertThat(world.get("younger").getStatus().partitions()).isNull();
    assertThat(world.names(Deployment.class)).containsExactly("older-partition-0");
    assertThat(world.condition("older", "TopicReady").getStatus()).isEqualTo("True");

    String logId = world.get("older").getStatus().logId();
    world.resource("older").delete();
    world.awaitReady("younger", "Starting");
    assertThat(world.get("younger").getStatus().logId()).isEqualTo(logId);
  }

  @Test
  void knowsTheSameKafkaByItsIdWhateverItsAddress() {
    world.apply(cluster("byip", 1, brokers, "topic: {name: alias}"));
    world.awaitReady("byip", "Starting");
    world.apply(
        cluster("byname", 1, brokers.replace("127.0.0.1", "localhost"), "topic: {name: alias}"));
    world.awaitReady("byname", "TopicTaken");
  }

  @Test
  void doesNotLookAgainAtOnceWhenSomebodyElseWasFasterWithTheStatus() {
    Duration hour = Duration.ofHours(1);
    world.close();
    world = new World(api.client(), new Pace(hour, hour, hour, hour));
    AtomicInteger tries = new AtomicInteger();
    api.fail(409, (method, path, body) -> path.endsWith("/status") && tries.incrementAndGet() > 0);
    world.apply(cluster("slower", 1, brokers));
    await().during(Duration.ofSeconds(1)).atMost(SOON).until(() -> tries.get() == 1);
  }

  @Test
  void writesTheStatusLaterWhenTheApiDoesNotTakeItNow() {
    // That it announces its topic is a condition for all that follows.
    api.fail((method, path, body) -> path.endsWith("/status") && body.contains("\"logId\""));
    world.apply(cluster("mute", 1, brokers));
    await().atMost(SOON).until(() -> world.names(Service.class).size() == 2);
    assertThat(world.get("mute").getStatus().logId()).isNull();
    api.heal();
    world.awaitReady("mute", "Starting");
    assertThat(world.get("mute").getStatus().topic().created()).isTrue();
    assertThat(world.events("LogTakenOver")).isEmpty();
  }
}
