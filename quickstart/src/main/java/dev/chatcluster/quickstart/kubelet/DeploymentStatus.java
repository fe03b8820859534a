package dev.chatcluster.quickstart.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Json;
import java.time.Instant;
import java.util.List;

/** Composes a Deployment's status. */
final class DeploymentStatus {
  private DeploymentStatus() {}

  static ObjectNode of(ObjectNode deployment, List<ObjectNode> pods, Instant now) {
    List<ObjectNode> staying = pods.stream().filter(p -> !Json.isBeingDeleted(p)).toList();
    int wanted = deployment.at("/spec/replicas").asInt(1);
    int ready = (int) staying.stream().filter(Pods::isReady).count();
    int updated = (int) staying.stream().filter(p -> Rollout.isCurrent(deployment, p)).count();
    ObjectNode status = Json.object();
    status.set("observedGeneration", deployment.at("/metadata/generation"));
    put(status, "replicas", staying.size());
    put(status, "updatedReplicas", updated);
    put(status, "readyReplicas", ready);
    put(status, "availableReplicas", ready);
    put(status, "unavailableReplicas", Math.max(0, wanted - ready));
    boolean done = updated == wanted && staying.size() == wanted && ready == wanted;
    ArrayNode conditions = status.putArray("conditions");
    JsonNode before = deployment.at("/status/conditions");
    conditions.add(
        ready >= wanted
            ? condition(
                "Available",
                true,
                "MinimumReplicasAvailable",
                "Deployment has minimum availability.",
                before)
            : condition(
                "Available",
                false,
                "MinimumReplicasUnavailable",
                "Deployment does not have minimum availability.",
                before));
    conditions.add(progressing(deployment, done, before, now));
    return status;
  }

  /** Real Deployments leave out what is zero. */
  private static void put(ObjectNode status, String field, int count) {
    if (count != 0) {
      status.put(field, count);
    }
  }

  private static ObjectNode progressing(
      ObjectNode deployment, boolean done, JsonNode before, Instant now) {
    if (done) {
      return condition(
          "Progressing",
          true,
          "NewReplicaSetAvailable",
          "All pods are of the present template.",
          before);
    }
    long deadline = deployment.at("/spec/progressDeadlineSeconds").asLong(600);
    String generation = Json.text(deployment, "/metadata/generation");
    boolean same = Json.text(deployment, "/status/observedGeneration").equals(generation);
    for (JsonNode condition : before) {
      boolean moving = Json.text(condition, "/reason").equals("ReplicaSetUpdated");
      boolean failed = Json.text(condition, "/reason").equals("ProgressDeadlineExceeded");
      if (same && failed || same && moving && age(condition, now) > deadline) {
        return condition(
            "Progressing",
            false,
            "ProgressDeadlineExceeded",
            "The pods have not become ready in time.",
            before);
      }
    }
    return condition(
        "Progressing", true, "ReplicaSetUpdated", "Pods are being replaced or started.", before);
  }

  private static long age(JsonNode condition, Instant now) {
    return now.getEpochSecond()
        - Instant.parse(Json.text(condition, "/lastUpdateTime")).getEpochSecond();
  }

  private static ObjectNode condition(
      String type, boolean holds, String reason, String message, JsonNode before) {
    ObjectNode condition = PodStatus.condition(type, holds, reason, before);
    condition.put("message", message);
    String updated = Json.now();
    for (JsonNode old : before) {
      if (Json.text(old, "/type").equals(type) && Json.text(old, "/reason").equals(reason)) {
        updated = Json.text(old, "/lastUpdateTime");
      }
    }
    return condition.put("lastUpdateTime", updated);
  }
}
