package dev.chatcluster.operator;

import static dev.chatcluster.operator.World.SOON;
import static dev.chatcluster.operator.World.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.kafka.EmbeddedKafka;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DeletionTest extends OnMockApi {
  private static final Duration FAREWELL = Duration.ofSeconds(3);

  private void waitsOutTheFarewell() {
    world.close();
    world = new World(api.client(), World.withFarewell(FAREWELL));
  }

  @Test
  void keepsTheTopicsUnlessAskedAndNeedsNoFinalizer() throws Exception {
    ready("retained", 1);
    assertThat(world.get("retained").getMetadata().getFinalizers()).isEmpty();
    world.resource("retained").delete();
    assertThat(world.get("retained")).isNull();
    await()
        .during(Duration.ofMillis(700))
        .atMost(SOON)
        .until(() -> exists("retained") && exists("retained.control"));
    // Kubernetes' garbage collection removes these; the operator does not make them anew.
    world.deployment("retained-partition-0").delete();
    await()
        .during(Duration.ofMillis(700))
        .atMost(SOON)
        .until(() -> world.deployment("retained-partition-0").get() == null);
  }

  /**
   * The framework drops the events of one that comes while another of its name is on its way out.
   */
  @Test
  void seesOneThatCameWhileAnotherOfItsNameWasReconciled() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      world.apply(cluster("back", 1, "127.0.0.1:" + silent.getLocalPort()));
      try (Socket _ = silent.accept()) {
        // A round that waits for Kafka's answer has begun.
        world.resource("back").delete();
        world.apply(cluster("back", 1, brokers));
        // Events come in their order: with this one's, the operator has had the others.
        world.apply(cluster("later", 1, brokers));
        world.awaitReady("later", "Starting");
      }
    }
    world.awaitReady("back", "Starting");
    podsCome("back", 1);
    world.awaitReady("back", "Ready");
  }

  @Test
  void deletesTopicsThatItCreatedWhenAsked() throws Exception {
    ready("wiped", 1, "topic: {deletionPolicy: Delete}");
    assertThat(world.get("wiped").getMetadata().getFinalizers())
        .containsExactly("chatcluster.dev/topics");
    world.resource("wiped").delete();
    await().atMost(SOON).until(() -> world.get("wiped") == null);
    await().atMost(SOON).until(() -> !exists("wiped") && !exists("wiped.control"));
    world.awaitEvent("TopicDeleted");
    assertThat(world.deployment("wiped-partition-0").get().getSpec().getReplicas()).isZero();
  }

  @Test
  void deletesTopicsThatAnOperatorCreatedWhichWasKilledBeforeItCouldSaySo() throws Exception {
    createdButNotSaid("orphan", 2, "topic: {deletionPolicy: Delete}");
    world.resource("orphan").delete();
    world = new World(api.client());
    await().atMost(SOON).until(() -> world.get("orphan") == null);
    await().atMost(SOON).until(() -> !exists("orphan") && !exists("orphan.control"));
    world.awaitEvent("TopicDeleted");
  }

  @Test
  void saysNothingOfTopicsThatAnOperatorDeletedWhichWasKilledBeforeItCouldSaySo() throws Exception {
    ready("halfway", 1, "topic: {deletionPolicy: Delete}");
    world.close();
    world.resource("halfway").delete();
    admin.deleteTopics(java.util.List.of("halfway")).all().get();
    await().atMost(SOON).until(() -> !exists("halfway"));
    world = new World(api.client());
    await().atMost(SOON).until(() -> world.get("halfway") == null);
    await().atMost(SOON).until(() -> !exists("halfway.control"));
    world.awaitEvent("TopicDeleted");
    assertThat(world.events("TopicLeftBehind")).isEmpty();
  }

  @Test
  void neverDeletesATopicThatItAdopted() throws Exception {
    createTopic("adopted", 1, Map.of());
    ready("adopted", 1, "topic: {deletionPolicy: Delete}");
    world.resource("adopted").delete();
    await().atMost(SOON).until(() -> world.get("adopted") == null);
    assertThat(exists("adopted")).isTrue();
    assertThat(exists("adopted.control")).isTrue();
    assertThat(world.awaitEvent("TopicLeftBehind").getMessage())
        .contains("adopted was there before");
  }

  @Test
  void neverDeletesATopicThatSomebodyCreatedInItsPlace() throws Exception {
    ready("swapped", 1, "topic: {deletionPolicy: Delete}");
    admin.deleteTopics(java.util.List.of("swapped")).all().get();
    await().atMost(SOON).until(() -> !exists("swapped"));
    createTopic("swapped", 2, Map.of());
    world.resource("swapped").delete();
    await().atMost(SOON).until(() -> world.get("swapped") == null);
    assertThat(exists("swapped")).isTrue();
    assertThat(world.awaitEvent("TopicDeleted").getMessage())
        .isEqualTo("topic swapped.control deleted, as spec.topic.deletionPolicy asks");
    world.awaitEvent("TopicLeftBehind");
  }

  @Test
  void waitsForThePodsBeforeItDeletesTheirTopic() throws Exception {
    ready("busy", 1, "topic: {deletionPolicy: Delete}");
    pod("busy", 0);
    world.resource("busy").delete();
    awaitStop("busy");
    assertThat(exists("busy")).isTrue();
    world.client.pods().inNamespace("chat").withName("busy-partition-0-abc").delete();
    await().atMost(SOON).until(() -> world.get("busy") == null);
    await().atMost(SOON).until(() -> !exists("busy"));
  }

  @Test
  @Tag("slow")
  void givesThePodsAsLongToEndAsTheyAreGivenAndWaitsForNoneThatHasEnded() throws Exception {
    waitsOutTheFarewell();
    ready("draining", 1, "topic: {deletionPolicy: Delete}");
    pod("draining", 60);
    world.resource("draining").delete();
    awaitStop("draining");
    assertThat(world.awaitReady("draining", "Deleting"))
        .isEqualTo("it is being deleted: its pods end, then its topics go");
    await()
        .during(FAREWELL.plusSeconds(2))
        .atMost(SOON)
        .until(() -> world.get("draining") != null && exists("draining"));
    world
        .client
        .pods()
        .inNamespace("chat")
        .withName("draining-partition-0-abc")
        .editStatus(p -> new PodBuilder(p).withNewStatus().withPhase("Failed").endStatus().build());
    await().atMost(SOON).until(() -> world.get("draining") == null);
    await().atMost(SOON).until(() -> !exists("draining"));
  }

  /** Nobody has stopped the pods before, however long ago the deletion was. */
  @Test
  void waitsForThePodsAlsoWhenNoOperatorRanForLong() throws Exception {
    ready("unattended", 1, "topic: {deletionPolicy: Delete}");
    pod("unattended", 0);
    world.close();
    world.resource("unattended").delete();
    InstantSource later = InstantSource.offset(InstantSource.system(), Duration.ofHours(1));
    world = new World(api.client(), later);
    awaitStop("unattended");
    assertThat(world.awaitReady("unattended", "Deleting")).contains("its pods end");
    assertThat(exists("unattended")).isTrue();
    world.client.pods().inNamespace("chat").withName("unattended-partition-0-abc").delete();
    await().atMost(SOON).until(() -> world.get("unattended") == null);
    await().atMost(SOON).until(() -> !exists("unattended"));
  }

  @Test
  void keepsTheTopicsWhenThePolicySaysSoByNow() throws Exception {
    ready("regretted", 1, "topic: {deletionPolicy: Delete}");
    pod("regretted", 0);
    world.resource("regretted").delete();
    awaitStop("regretted");
    world.change(cluster("regretted", 1, brokers));
    await().atMost(SOON).until(() -> world.get("regretted") == null);
    assertThat(exists("regretted")).isTrue();
    assertThat(exists("regretted.control")).isTrue();
    assertThat(world.events("TopicDeleted")).isEmpty();
  }

  @Test
  void leavesTheTopicsToAnotherChatClusterThatNamesThem() throws Exception {
    ready("parting", 1, "topic: {name: inherited, deletionPolicy: Delete}");
    String logId = world.get("parting").getStatus().logId();
    world.apply(cluster("heir", 1, brokers, "topic: {name: inherited}"));
    world.awaitReady("heir", "TopicTaken");
    world.resource("parting").delete();
    await().atMost(SOON).until(() -> world.get("parting") == null);
    assertThat(world.awaitEvent("TopicLeftBehind").getMessage()).contains("ChatCluster chat/heir");
    world.awaitReady("heir", "Starting");
    assertThat(world.get("heir").getStatus().logId()).isEqualTo(logId);
  }

  @Test
  void saysWhenItMayNotSetItsFinalizerAndGoesOn() {
    api.fail(403, (method, path, body) -> method.equals("PATCH") && path.contains("/chatclusters"));
    world.apply(cluster("unsigned", 1, brokers, "topic: {deletionPolicy: Delete}"));
    assertThat(world.awaitReady("unsigned", "Forbidden")).contains("ChatCluster/unsigned");
    await().atMost(SOON).until(() -> world.deployment("unsigned-partition-0").get() != null);
    api.heal();
    world.awaitReady("unsigned", "Starting");
    assertThat(world.get("unsigned").getMetadata().getFinalizers())
        .containsExactly("chatcluster.dev/topics");
  }

  @Test
  @Tag("slow")
  void looksAfterASuccessorThatComesWhileItStillLooksAtTheFormer() {
    world.apply(cluster("reborn", 1, "127.0.0.1:1"));
    // The first look at it waits for Kafka for seconds.
    await().atMost(SOON).until(() -> looks() > 0);
    world.resource("reborn").delete();
    world.apply(cluster("reborn", 1, brokers));
    world.awaitReady("reborn", "Starting");
    // Its own events are heard as well.
    world.podsCome("reborn-partition-0");
    world.awaitReady("reborn", "Ready");
  }

  private double looks() {
    return world
        .metrics()
        .lines()
        .filter(line -> line.startsWith("operator_sdk_reconciliations_started_total"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** A pod of partition 0 that the operator knows of, since it tells of its trouble. */
  private void pod(String cluster, long graceSeconds) {
    world
        .client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(cluster + "-partition-0-abc")
                .withNamespace("chat")
                .withLabels(
                    world
                        .deployment(cluster + "-partition-0")
                        .get()
                        .getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getLabels())
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(graceSeconds)
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .addNewContainerStatus()
                .withNewState()
                .withNewWaiting()
                .withReason("CrashLoopBackOff")
                .endWaiting()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build())
        .create();
    world.awaitReady(cluster, "CrashLoopBackOff");
  }

  private void awaitStop(String cluster) {
    await()
        .atMost(SOON)
        .until(() -> world.deployment(cluster + "-partition-0").get().getSpec().getReplicas() == 0);
  }

  @Test
  void takesTheFinalizerOffWhenTheTopicsAreToStay() throws Exception {
    ready("changed", 1, "topic: {deletionPolicy: Delete}");
    world.change(cluster("changed", 1, brokers));
    await().atMost(SOON).until(() -> world.get("changed").getMetadata().getFinalizers().isEmpty());
    world.resource("changed").delete();
    assertThat(world.get("changed")).isNull();
    assertThat(exists("changed")).isTrue();
  }

  @Test
  @Tag("slow")
  void letsGoOfAChatClusterWhoseSpecIsNoGoodAnyMore() {
    waitsOutTheFarewell();
    ready("broken", 1, "topic: {deletionPolicy: Delete}");
    world
        .resource("broken")
        .edit(
            c -> {
              c.setSpec(null);
              return c;
            });
    world.awaitReady("broken", "InvalidSpec");
    world.resource("broken").delete();
    await().atMost(SOON).until(() -> world.get("broken") == null);
    world.awaitEvent("TopicLeftBehind");
  }

  @Test
  @Tag("slow")
  void letsGoOfAChatClusterThatCannotReachItsKafkaAnyMore() {
    waitsOutTheFarewell();
    String delete = "topic: {deletionPolicy: Delete}";
    ready("lost", 1, delete);
    String kafka =
        "kafka: {bootstrapServers: \"" + brokers + "\", authentication: {type: kerberos}}";
    world.change(cluster("lost", 1, brokers, delete, kafka));
    world.awaitReady("lost", "InvalidSpec");
    world.resource("lost").delete();
    await().atMost(SOON).until(() -> world.get("lost") == null);
    assertThat(world.awaitEvent("TopicLeftBehind").getMessage())
        .contains("spec.kafka.authentication.type is kerberos");
  }

  @Test
  @Tag("slow")
  void letsGoOfAChatClusterThatTheOperatorFailsOver() {
    waitsOutTheFarewell();
    String delete = "topic: {deletionPolicy: Delete}";
    ready("defect", 1, delete);
    // No API server takes such a Secret: it stands for whatever nobody has thought of.
    world
        .client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("broken")
                .withNamespace("chat")
                .endMetadata()
                .withData(Map.of("ca.crt", "!"))
                .build())
        .create();
    String kafka =
        "kafka: {bootstrapServers: \""
            + brokers
            + "\", tls: {trustedCertificates: [{secretName: broken, certificate: ca.crt}]}}";
    world.change(cluster("defect", 1, brokers, delete, kafka));
    world.awaitReady("defect", "InternalError");
    world.resource("defect").delete();
    assertThat(world.awaitEvent("TopicNotDeletedYet").getMessage()).contains("the operator failed");
    await().atMost(SOON).until(() -> world.get("defect") == null);
    assertThat(world.awaitEvent("TopicLeftBehind").getMessage()).contains("the operator failed");
  }

  @Test
  @Tag("slow")
  void letsGoWhenKafkaStaysAway() throws Exception {
    waitsOutTheFarewell();
    try (EmbeddedKafka gone = EmbeddedKafka.start(folder.resolve("gone"))) {
      world.apply(cluster("stuck", 1, gone.bootstrapServers(), "topic: {deletionPolicy: Delete}"));
      world.awaitReady("stuck", "Starting");
    }
    world.resource("stuck").delete();
    world.awaitEvent("TopicNotDeletedYet");
    assertThat(world.awaitReady("stuck", "Deleting"))
        .startsWith("it is being deleted: the topics stay for now: ")
        .contains("does not answer");
    assertThat(world.condition("stuck", "ConsumersReady").getReason()).isEqualTo("Deleting");
    await().atMost(SOON).until(() -> world.get("stuck") == null);
    assertThat(world.awaitEvent("TopicLeftBehind").getMessage())
        .contains("delete stuck and stuck.control by hand", "does not answer")
        .doesNotContain("tried again");
  }
}
