package dev.chatcluster.operator;

import static dev.chatcluster.operator.World.NAMESPACE;
import static dev.chatcluster.operator.World.SOON;
import static dev.chatcluster.operator.World.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.api.v1.ChatClusterStatus.Problem;
import dev.chatcluster.operator.reconcile.Pace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ReconcileTest extends OnMockApi {
  @Test
  void makesTopicsDeploymentsServicesAndStatus() throws Exception {
    ready("studyhub", 3);
    assertThat(describe("studyhub").partitions()).hasSize(3);
    assertThat(describe("studyhub.control").partitions()).hasSize(1);
    assertThat(world.names(Deployment.class))
        .containsExactly("studyhub-partition-0", "studyhub-partition-1", "studyhub-partition-2");
    assertThat(world.names(Service.class))
        .containsExactly(
            "studyhub-clients",
            "studyhub-partition-0",
            "studyhub-partition-1",
            "studyhub-partition-2");
    ChatCluster cluster = world.get("studyhub");
    assertThat(cluster.getStatus().partitions()).isEqualTo(3);
    assertThat(cluster.getStatus().readyPartitions()).isEqualTo(3);
    assertThat(cluster.getStatus().epoch()).isZero();
    assertThat(cluster.getStatus().logId()).isNotBlank();
    assertThat(cluster.getStatus().kafkaClusterId()).isNotBlank();
    assertThat(cluster.getStatus().topic().created()).isTrue();
    assertThat(cluster.getStatus().topic().id())
        .isEqualTo(describe("studyhub").topicId().toString());
    assertThat(cluster.getStatus().url())
        .isEqualTo("ws://studyhub-clients." + NAMESPACE + ".svc:8080");
    assertThat(cluster.getStatus().problems()).isEmpty();
    assertThat(cluster.getMetadata().getFinalizers()).isEmpty();
    assertThat(world.events("TopicCreated")).hasSize(1);
    assertThat(world.events("Ready")).hasSize(1);
    assertThat(world.events("DriftCorrected")).isEmpty();
    assertThat(world.metrics())
        .contains(
            "operator_sdk_reconciliations",
            "chat_operator_chatclusters{ready=\"true\"} 1.0",
            "chat_operator_chatclusters{ready=\"false\"} 0.0");
  }

  @Test
  @Tag("slow")
  void asksTheApiForNothingWhileAllIsAsItShouldBe() {
    world.close();
    Duration resync = Duration.ofMillis(300);
    world = new World(api.client(), new Pace(resync, resync, resync, resync));
    ready("quiet", 2);
    double before = reconciliations();
    api.takeRequests();
    await()
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(30))
        .until(() -> api.takeRequests().isEmpty());
    assertThat(reconciliations() - before).as("resyncs meanwhile").isGreaterThan(3);
  }

  @Test
  @Tag("slow")
  void isNotWokenByItsOwnWrites() {
    ready("asleep", 2);
    // What the pods' coming has set off may go on for a moment; then there is nothing more.
    double[] last = {reconciliations()};
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              double before = last[0];
              last[0] = reconciliations();
              return last[0] == before;
            });
  }

  private double reconciliations() {
    return world
        .metrics()
        .lines()
        .filter(line -> line.startsWith("operator_sdk_reconciliations_started_total"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void putsBackAnEditedDeployment() {
    ready("edited", 1);
    edit("edited-partition-0", d -> d.getSpec().setReplicas(0));
    await()
        .atMost(SOON)
        .until(() -> world.deployment("edited-partition-0").get().getSpec().getReplicas() == 1);
    assertThat(world.awaitEvent("DriftCorrected").getMessage())
        .contains("Deployment/edited-partition-0", "spec.replicas");
  }

  @Test
  void putsBackAnEditedPodTemplate() {
    ready("image", 1);
    edit("image-partition-0", d -> container(d).setImage("other:1"));
    await()
        .atMost(SOON)
        .until(
            () ->
                container(world.deployment("image-partition-0").get())
                    .getImage()
                    .equals("chat-consumer:test"));
    world.awaitEvent("DriftCorrected");
  }

  @Test
  void putsBackAnEditedAnnotation() {
    ready("noted", 1);
    String source = "chatcluster.dev/rooms-source";
    edit("noted-partition-0", d -> d.getMetadata().getAnnotations().put(source, "Header:other"));
    await()
        .atMost(SOON)
        .until(
            () ->
                world
                    .deployment("noted-partition-0")
                    .get()
                    .getMetadata()
                    .getAnnotations()
                    .get(source)
                    .equals("Key"));
    world.awaitReady("noted", "Ready");
  }

  @Test
  void putsBackAnEditedService() {
    ready("svc", 1);
    for (String name : List.of("svc-clients", "svc-partition-0")) {
      world
          .service(name)
          .edit(
              s -> {
                s.getSpec().getPorts().getFirst().setPort(1);
                return s;
              });
      await()
          .atMost(SOON)
          .until(() -> world.service(name).get().getSpec().getPorts().getFirst().getPort() == 8080);
    }
    await().atMost(SOON).until(() -> world.events("DriftCorrected").size() == 2);
  }

  @Test
  void makesDeletedChildrenAgain() {
    ready("deleted", 2);
    world.deployment("deleted-partition-1").delete();
    world.service("deleted-partition-0").delete();
    world.service("deleted-clients").delete();
    await()
        .atMost(SOON)
        .until(
            () ->
                world.names(Deployment.class).size() == 2
                    && world.names(Service.class).size() == 3);
    await().atMost(SOON).until(() -> world.events("DriftCorrected").size() == 3);
  }

  @Test
  void putsBackLabelsAndAnnotationsThatWereTakenAway() {
    ready("labels", 1);
    for (String label : List.of("chatcluster.dev/cluster", "app.kubernetes.io/instance")) {
      edit("labels-partition-0", d -> d.getMetadata().getLabels().remove(label));
      await()
          .atMost(SOON)
          .until(
              () ->
                  world
                      .deployment("labels-partition-0")
                      .get()
                      .getMetadata()
                      .getLabels()
                      .containsKey(label));
    }
    edit(
        "labels-partition-0",
        d -> d.getMetadata().getAnnotations().remove("chatcluster.dev/spec-hash"));
    await()
        .atMost(SOON)
        .until(
            () ->
                world
                    .deployment("labels-partition-0")
                    .get()
                    .getMetadata()
                    .getAnnotations()
                    .containsKey("chatcluster.dev/spec-hash"));
  }

  @Test
  void tellsOfThePodsAlsoWhenItFails() {
    ready("failing", 2);
    world
        .resource("failing")
        .editStatus(
            there -> {
              var status = there.getStatus();
              var topic = status.topic();
              there.setStatus(
                  new ChatClusterStatus(
                      status.observedGeneration(),
                      status.partitions(),
                      status.readyPartitions(),
                      status.selector(),
                      status.epoch(),
                      status.logId(),
                      status.kafkaClusterId(),
                      new ChatClusterStatus.Topic(
                          topic.name(), topic.id(), topic.partitions(), true, "no time"),
                      status.url(),
                      status.version(),
                      status.strayLag(),
                      status.strayLagAt(),
                      status.problems(),
                      status.conditions()));
              return there;
            });
    world.change(cluster("failing", 2, brokers, "template: {labels: {a: b}}"));
    world.awaitReady("failing", "InternalError");
    assertThat(world.condition("failing", "ConsumersReady").getStatus()).isEqualTo("True");
    assertThat(world.get("failing").getStatus().readyPartitions()).isEqualTo(2);
  }

  @Test
  void leavesOthersLabelsAndTakesBackItsOwn() {
    ready("others", 1, "template: {labels: {team: red}, annotations: {note: first}}");
    edit("others-partition-0", d -> d.getMetadata().getLabels().put("seen-by", "somebody"));
    world.change(cluster("others", 1, brokers, "template: {labels: {crew: blue}}"));
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              Deployment d = world.deployment("others-partition-0").get();
              assertThat(d.getMetadata().getLabels())
                  .containsEntry("crew", "blue")
                  .containsEntry("seen-by", "somebody")
                  .doesNotContainKey("team");
              assertThat(d.getMetadata().getAnnotations()).doesNotContainKey("note");
              assertThat(d.getSpec().getTemplate().getMetadata().getLabels())
                  .containsEntry("crew", "blue")
                  .doesNotContainKey("team");
            });
    assertThat(world.events("DriftCorrected")).isEmpty();
  }

  @Test
  void changesNothingWhilePaused() {
    ready("paused", 1, "listener: {ingress: {host: chat.example.com}}");
    world.change(cluster("paused", 1, brokers, "paused: true", "consumer: {image: \"new:2\"}"));
    // The pods' template, and the Ingress that is not wanted any more.
    assertThat(world.awaitReady("paused", "Paused")).contains("2 objects are");
    assertThat(world.condition("paused", "Paused").getStatus()).isEqualTo("True");
    world.service("paused-clients").delete();
    await()
        .atMost(SOON)
        .until(() -> world.condition("paused", "Ready").getMessage().contains("3 objects"));
    assertThat(container(world.deployment("paused-partition-0").get()).getImage())
        .isEqualTo("chat-consumer:test");

    world.change(cluster("paused", 1, brokers, "consumer: {image: \"new:2\"}"));
    await()
        .atMost(SOON)
        .until(
            () ->
                container(world.deployment("paused-partition-0").get()).getImage().equals("new:2")
                    && world.service("paused-clients").get() != null);
    podsCome("paused", 1);
    world.awaitReady("paused", "Ready");
    assertThat(world.condition("paused", "Paused").getStatus()).isEqualTo("False");
  }

  @Test
  void saysWhatIsWrongWithASpecAndLetsRunWhatRuns() {
    ready("bad", 1);
    Deployment before = world.deployment("bad-partition-0").get();
    world.change(
        cluster(
            "bad",
            0,
            "nowhere",
            "topic: {deletionPolicy: Perhaps, config: {cleanup.policy: compact}}"));
    assertThat(world.awaitReady("bad", "InvalidSpec"))
        .contains(
            "spec.partitions is 0: it must be from 1 to 1000",
            "spec.kafka.bootstrapServers has \"nowhere\": it must be host:port",
            "spec.topic.deletionPolicy is Perhaps: it must be Retain or Delete",
            "cleanup.policy is compact");
    assertThat(world.deployment("bad-partition-0").get()).isEqualTo(before);
    assertThat(world.get("bad").getStatus().readyPartitions()).isEqualTo(1);
    world.change(cluster("bad", 1, brokers));
    world.awaitReady("bad", "Ready");
  }

  @Test
  void saysWhatIsWrongWithASpecThatWasNeverGood() {
    world.apply(
        cluster(
            """
            apiVersion: chatcluster.dev/v1
            kind: ChatCluster
            metadata: {name: Empty_One, namespace: chat}
            """));
    assertThat(world.awaitReady("Empty_One", "InvalidSpec"))
        .contains("metadata.name is Empty_One", "spec is missing");
    assertThat(world.names(Deployment.class)).isEmpty();
  }

  @Test
  void refusesAChangeOfWhatCannotBeChanged() throws Exception {
    ready("immutable", 1);
    Deployment before = world.deployment("immutable-partition-0").get();
    world.change(
        cluster(
            "immutable",
            1,
            brokers,
            "topic: {name: elsewhere}",
            "rooms: {source: {type: Header, name: room}}"));
    assertThat(world.awaitReady("immutable", "InvalidSpec"))
        .contains(
            "spec.topic.name is now elsewhere, but the messages lie in immutable",
            "spec.rooms.source is now Header:room, but the rooms are served with Key");
    world.change(cluster("immutable", 1, brokers, "rooms: {partitioning: Jump}"));
    assertThat(world.awaitReady("immutable", "PartitioningDiffers"))
        .contains("set it to KafkaDefault");
    assertThat(exists("elsewhere")).isFalse();
    assertThat(world.deployment("immutable-partition-0").get()).isEqualTo(before);
  }

  @Test
  void rollsAChangePartitionByPartitionAndABadOneStopsAtTheFirst() {
    ready("rolling", 3);
    world.change(cluster("rolling", 3, brokers, "consumer: {image: \"bad:1\"}"));
    world.awaitReady("rolling", "RollingOut");
    world.awaitEvent("RollingOut");
    // The new pod does not become ready, the old one serves.
    world.setPods("rolling-partition-0", false, true);
    // Events come in their order: with this one's, the operator has had the others.
    ready("marker", 1);
    world.changeAndAwait(
        cluster("rolling", 3, brokers, "consumer: {image: \"bad:1\"}", "topic: {replicas: 1}"));
    assertThat(images("rolling", 3))
        .containsExactly("bad:1", "chat-consumer:test", "chat-consumer:test");

    world.change(cluster("rolling", 3, brokers, "consumer: {image: \"good:2\"}"));
    await().atMost(SOON).until(() -> images("rolling", 3).getFirst().equals("good:2"));
    assertThat(images("rolling", 3).getLast()).isEqualTo("chat-consumer:test");
    for (int p = 0; p < 3; p++) {
      int next = p;
      await().atMost(SOON).until(() -> images("rolling", 3).get(next).equals("good:2"));
      world.podsCome("rolling-partition-" + p);
    }
    world.awaitReady("rolling", "Ready");
  }

  @Test
  void rollsAllPodsWhenTheNonceChanges() {
    ready("nonce", 1);
    String before = templateHash("nonce-partition-0");
    world.change(cluster("nonce", 1, brokers, "consumer: {restartNonce: 7}"));
    await().atMost(SOON).until(() -> !templateHash("nonce-partition-0").equals(before));
  }

  @Test
  void tellsOfAPartitionThatGoesDownAndComesBack() {
    ready("down", 2);
    world.setPods("down-partition-1", true, false);
    world.awaitReady("down", "PartitionDown");
    Problem problem = world.get("down").getStatus().problems().getFirst();
    assertThat(problem.partition()).isEqualTo(1);
    assertThat(problem.object()).isEqualTo("Deployment/down-partition-1");
    assertThat(world.get("down").getStatus().readyPartitions()).isEqualTo(1);
    world.awaitEvent("PartitionDown");
    world.podsCome("down-partition-1");
    world.awaitReady("down", "Ready");
    world.awaitEvent("PartitionUp");
  }

  private void edit(String deployment, Consumer<Deployment> change) {
    world
        .deployment(deployment)
        .edit(
            d -> {
              Deployment copy = new DeploymentBuilder(d).build();
              change.accept(copy);
              return copy;
            });
  }

  private static io.fabric8.kubernetes.api.model.Container container(Deployment deployment) {
    return deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
  }

  private List<Deployment> deployments(String name, int count) {
    return IntStream.range(0, count)
        .mapToObj(p -> world.deployment(name + "-partition-" + p).get())
        .toList();
  }

  private List<String> images(String name, int count) {
    return deployments(name, count).stream().map(d -> container(d).getImage()).toList();
  }

  private String templateHash(String deployment) {
    Map<String, String> annotations =
        world.deployment(deployment).get().getSpec().getTemplate().getMetadata().getAnnotations();
    return annotations.get("chatcluster.dev/template-hash");
  }
}
