package dev.chatcluster.quickstart.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Decides what a Deployment needs next.
 *
 * @param create how many pods of the present template to create
 * @param delete pods to delete
 */
record Rollout(int create, List<ObjectNode> delete) {
  static final String HASH = "pod-template-hash";

  /** What tells pods of one template from those of another. */
  static String hash(JsonNode deployment) {
    // The order of fields does not matter to it, and it is the same in every JVM.
    return Integer.toHexString(deployment.at("/spec/template").hashCode());
  }

  static boolean isCurrent(JsonNode deployment, JsonNode pod) {
    return pod.at("/metadata/labels").path(HASH).asText().equals(hash(deployment));
  }

  /**
   * The next step.
   *
   * @param pods all that the Deployment owns
   */
  static Rollout next(JsonNode deployment, List<ObjectNode> pods) {
    int wanted = deployment.at("/spec/replicas").asInt(1);
    List<ObjectNode> staying = pods.stream().filter(p -> !Json.isBeingDeleted(p)).toList();
    List<ObjectNode> current = staying.stream().filter(p -> isCurrent(deployment, p)).toList();
    List<ObjectNode> old = staying.stream().filter(p -> !isCurrent(deployment, p)).toList();
    List<ObjectNode> delete = new ArrayList<>(surplus(current, current.size() - wanted));
    if (Json.text(deployment, "/spec/strategy/type").equals("Recreate")) {
      delete.addAll(old);
      boolean allGone = current.size() == pods.size();
      return new Rollout(allGone ? Math.max(0, wanted - current.size()) : 0, delete);
    }
    JsonNode rolling = deployment.at("/spec/strategy/rollingUpdate");
    int surge = count(rolling.path("maxSurge"), wanted, true);
    int unavailable = count(rolling.path("maxUnavailable"), wanted, false);
    if (surge == 0 && unavailable == 0) {
      unavailable = 1;
    }
    int missing = wanted - current.size();
    int create = Math.max(0, Math.min(missing, wanted + surge - staying.size()));
    delete.addAll(old.stream().filter(p -> !Pods.isReady(p)).toList());
    long ready = staying.stream().filter(Pods::isReady).count();
    long spare = ready - (wanted - unavailable);
    List<ObjectNode> readyOld = old.stream().filter(Pods::isReady).toList();
    delete.addAll(readyOld.subList(0, Math.clamp(spare, 0, readyOld.size())));
    return new Rollout(create, delete);
  }

  private static List<ObjectNode> surplus(List<ObjectNode> pods, int count) {
    return pods.stream()
        .sorted(
            Comparator.comparing(Pods::isReady)
                .thenComparing(
                    p -> Json.text(p, "/metadata/creationTimestamp"), Comparator.reverseOrder()))
        .limit(Math.max(0, count))
        .toList();
  }

  private static int count(JsonNode value, int of, boolean up) {
    if (!value.isTextual()) {
      return value.asInt();
    }
    double exact = of * Double.parseDouble(value.asText().replace("%", "")) / 100;
    return (int) (up ? Math.ceil(exact) : Math.floor(exact));
  }
}
