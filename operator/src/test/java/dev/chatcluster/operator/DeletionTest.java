package dev.chatcluster.operator;

import static dev.chatcluster.operator.World.SOON;
import static dev.chatcluster.operator.World.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.kafka.EmbeddedKafka;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DeletionTest extends OnMockApi {
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
  void neverDeletesATopicThatItAdopted() throws Exception {
    createTopic("adopted", 1, Map.of());
    ready("adopted", 1, "topic: {deletionPolicy: Delete}");
    world.resource("adopted").delete();
    await().atMost(SOON).until(() -> world.get("adopted") == null);
    assertThat(exists("adopted")).isTrue();
    assertThat(exists("adopted.control")).isTrue();
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
  }

  @Test
  void waitsForThePodsBeforeItDeletesTheirTopic() throws Exception {
    ready("busy", 1, "topic: {deletionPolicy: Delete}");
    world
        .client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName("busy-partition-0-abc")
                .withNamespace("chat")
                .withLabels(
                    world
                        .deployment("busy-partition-0")
                        .get()
                        .getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getLabels())
                .endMetadata()
                .build())
        .create();
    await().pollDelay(Duration.ofMillis(300)).until(() -> true);
    world.resource("busy").delete();
    await()
        .atMost(SOON)
        .until(() -> world.deployment("busy-partition-0").get().getSpec().getReplicas() == 0);
    assertThat(exists("busy")).isTrue();
    world.client.pods().inNamespace("chat").withName("busy-partition-0-abc").delete();
    await().atMost(SOON).until(() -> world.get("busy") == null);
    await().atMost(SOON).until(() -> !exists("busy"));
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
  void letsGoWhenKafkaStaysAway() throws Exception {
    try (EmbeddedKafka gone = EmbeddedKafka.start(folder.resolve("gone"))) {
      world.apply(cluster("stuck", 1, gone.bootstrapServers(), "topic: {deletionPolicy: Delete}"));
      world.awaitReady("stuck", "Starting");
    }
    world.resource("stuck").delete();
    world.awaitEvent("TopicNotDeletedYet");
    await().atMost(Duration.ofSeconds(40)).until(() -> world.get("stuck") == null);
    assertThat(world.awaitEvent("TopicLeftBehind").getMessage())
        .contains("delete them by hand", "does not answer");
  }
}
