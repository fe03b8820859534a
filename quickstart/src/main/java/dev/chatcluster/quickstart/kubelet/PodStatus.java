package dev.chatcluster.quickstart.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Json;

/** Composes a pod's status. */
final class PodStatus {
  private static final String ADDRESS = "127.0.0.1";

  private PodStatus() {}

  /**
   * The whole status.
   *
   * @param pod as it is, with its status so far
   * @param state of the container
   * @param last how the container before it ended; null when there was none
   */
  static ObjectNode of(
      ObjectNode pod, ContainerState state, ContainerState.Terminated last, int restarts) {
    boolean started = state instanceof ContainerState.Running running && running.started();
    boolean ready = state instanceof ContainerState.Running running && running.ready();
    ObjectNode status = Json.object().put("phase", phase(state, restarts));
    ArrayNode conditions = status.putArray("conditions");
    JsonNode before = pod.at("/status/conditions");
    conditions.add(condition("PodScheduled", true, "", before));
    conditions.add(condition("Initialized", true, "", before));
    String why = ready ? "" : "ContainersNotReady";
    conditions.add(condition("ContainersReady", ready, why, before));
    conditions.add(condition("Ready", ready, why, before));
    status.put("hostIP", ADDRESS).put("podIP", ADDRESS).put("qosClass", "Burstable");
    status.putArray("podIPs").addObject().put("ip", ADDRESS);
    String since = Json.text(pod, "/status/startTime");
    status.put("startTime", since.isEmpty() ? Json.now() : since);
    JsonNode container = pod.at("/spec/containers/0");
    ObjectNode shown =
        status
            .putArray("containerStatuses")
            .addObject()
            .put("name", Json.text(container, "/name"))
            .put("image", Json.text(container, "/image"))
            .put("imageID", "")
            .put("ready", ready)
            .put("started", started)
            .put("restartCount", restarts);
    shown.set("state", state.toJson());
    shown.set("lastState", last == null ? Json.object() : last.toJson());
    return status;
  }

  /** The status of a pod that no node takes. */
  static ObjectNode unschedulable(ObjectNode pod, String why) {
    ObjectNode status = Json.object().put("phase", "Pending");
    JsonNode before = pod.at("/status/conditions");
    status
        .putArray("conditions")
        .add(condition("PodScheduled", false, "Unschedulable", before).put("message", why));
    return status;
  }

  private static String phase(ContainerState state, int restarts) {
    return state instanceof ContainerState.Waiting && restarts == 0 ? "Pending" : "Running";
  }

  static ObjectNode condition(String type, boolean holds, String reason, JsonNode before) {
    String status = holds ? "True" : "False";
    String since = Json.now();
    for (JsonNode condition : before) {
      if (Json.text(condition, "/type").equals(type)
          && Json.text(condition, "/status").equals(status)) {
        since = Json.text(condition, "/lastTransitionTime");
      }
    }
    ObjectNode condition =
        Json.object().put("type", type).put("status", status).put("lastTransitionTime", since);
    if (!reason.isEmpty()) {
      condition.put("reason", reason);
    }
    return condition;
  }
}
