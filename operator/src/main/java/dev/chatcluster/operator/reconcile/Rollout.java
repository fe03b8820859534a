package dev.chatcluster.operator.reconcile;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which partitions' pods may be changed now, so that a bad change stops at the first. Counted in
 * partitions, since each has rooms that nobody else is near to.
 */
final class Rollout {
  /**
   * How a partition stands.
   *
   * @param outdated its pod template is not the wanted one
   * @param settled all its pods are of the template it has, and ready
   */
  record Candidate(int partition, boolean outdated, boolean settled) {}

  private Rollout() {}

  /** The outdated partitions whose turn it is; one that is not settled costs nothing. */
  static Set<Integer> turn(List<Candidate> all, int maxUnavailable) {
    long unsettled = all.stream().filter(c -> !c.settled()).count();
    Set<Integer> turn = new HashSet<>();
    List<Candidate> outdated =
        all.stream()
            .filter(Candidate::outdated)
            .sorted(Comparator.comparing(Candidate::settled).thenComparing(Candidate::partition))
            .toList();
    for (Candidate next : outdated) {
      if (next.settled() && unsettled++ >= maxUnavailable) break;
      turn.add(next.partition());
    }
    return turn;
  }

  /** Whether all pods of a Deployment are of its template, and ready. */
  static boolean settled(Deployment deployment) {
    DeploymentStatus status = deployment.getStatus();
    int wanted =
        deployment.getSpec().getReplicas() == null ? 1 : deployment.getSpec().getReplicas();
    // One without pods is not well, though none of them is missing.
    return wanted > 0
        && status != null
        && status.getObservedGeneration() != null
        && status.getObservedGeneration() >= deployment.getMetadata().getGeneration()
        && number(status.getUpdatedReplicas()) == wanted
        && number(status.getReplicas()) == wanted
        && number(status.getReadyReplicas()) >= wanted;
  }

  /** Whether at least one pod of it is ready. */
  static boolean ready(Deployment deployment) {
    return deployment.getStatus() != null && number(deployment.getStatus().getReadyReplicas()) > 0;
  }

  /** The reason of the condition Progressing; empty when there is none. */
  static String progress(DeploymentStatus status) {
    if (status == null) return "";
    return status.getConditions().stream()
        .filter(c -> "Progressing".equals(c.getType()) && c.getReason() != null)
        .map(DeploymentCondition::getReason)
        .findFirst()
        .orElse("");
  }

  /** Why Kubernetes does not make its pods; empty when it does. */
  static Optional<String> notCreated(DeploymentStatus status) {
    if (status == null) return Optional.empty();
    return status.getConditions().stream()
        .filter(c -> "ReplicaFailure".equals(c.getType()) && "True".equals(c.getStatus()))
        .filter(c -> c.getMessage() != null)
        .map(DeploymentCondition::getMessage)
        .findFirst();
  }

  private static int number(Integer count) {
    return count == null ? 0 : count;
  }
}
