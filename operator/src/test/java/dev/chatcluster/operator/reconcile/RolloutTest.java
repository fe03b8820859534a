package dev.chatcluster.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.operator.reconcile.Rollout.Candidate;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class RolloutTest {
  @Test
  void changesAsManyPartitionsAtOnceAsMayBeUnavailable() {
    List<Candidate> all =
        List.of(
            new Candidate(0, true, true),
            new Candidate(1, true, true),
            new Candidate(2, true, true));
    assertThat(Rollout.turn(all, 1)).containsExactly(0);
    assertThat(Rollout.turn(all, 2)).containsExactlyInAnyOrder(0, 1);
    assertThat(Rollout.turn(all, 9)).containsExactlyInAnyOrder(0, 1, 2);
  }

  @Test
  void waitsForAPartitionThatIsBeingChangedOrNotReady() {
    assertThat(
            Rollout.turn(List.of(new Candidate(0, false, false), new Candidate(1, true, true)), 1))
        .isEmpty();
  }

  @Test
  void changesPartitionsFirstThatAreNotWellAnyway() {
    List<Candidate> all =
        List.of(
            new Candidate(0, true, true),
            new Candidate(1, true, false),
            new Candidate(2, true, false));
    assertThat(Rollout.turn(all, 1)).containsExactlyInAnyOrder(1, 2);
  }

  @Test
  void hasNothingToDoWhenAllIsAsWanted() {
    assertThat(
            Rollout.turn(List.of(new Candidate(0, false, true), new Candidate(1, false, false)), 1))
        .isEmpty();
  }

  @Test
  void isSettledOnlyWhenEveryPodIsOfTheNewTemplateAndReady() {
    assertThat(settled("observedGeneration: 4, replicas: 2, updatedReplicas: 2, readyReplicas: 2"))
        .isTrue();
    assertThat(settled("observedGeneration: 3, replicas: 2, updatedReplicas: 2, readyReplicas: 2"))
        .isFalse();
    assertThat(settled("observedGeneration: 4, replicas: 3, updatedReplicas: 2, readyReplicas: 2"))
        .isFalse();
    assertThat(settled("observedGeneration: 4, replicas: 2, updatedReplicas: 1, readyReplicas: 2"))
        .isFalse();
    assertThat(settled("observedGeneration: 4, replicas: 2, updatedReplicas: 2, readyReplicas: 1"))
        .isFalse();
    assertThat(settled("")).isFalse();
  }

  @Test
  void isNotSettledWithoutPods() {
    assertThat(settled(0, "observedGeneration: 4")).isFalse();
  }

  private static boolean settled(String status) {
    return settled(2, status);
  }

  private static boolean settled(int replicas, String status) {
    return Rollout.settled(
        new KubernetesSerialization()
            .unmarshal(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: d, generation: 4}
                spec: {replicas: %d}
                status: {%s}
                """
                    .formatted(replicas, status),
                Deployment.class));
  }

  @Test
  void tellsWhyPodsAreNotMade() {
    String quota = "pods \"d-1\" is forbidden: exceeded quota: chat";
    assertThat(Rollout.notCreated(status("ReplicaFailure", "True", quota))).contains(quota);
    assertThat(Rollout.notCreated(status("ReplicaFailure", "False", quota))).isEmpty();
    assertThat(Rollout.notCreated(status("Available", "True", quota))).isEmpty();
    assertThat(Rollout.notCreated(null)).isEmpty();
  }

  private static DeploymentStatus status(String type, String holds, String message) {
    return new DeploymentStatusBuilder()
        .addNewCondition()
        .withType(type)
        .withStatus(holds)
        .withMessage(message)
        .endCondition()
        .build();
  }
}
