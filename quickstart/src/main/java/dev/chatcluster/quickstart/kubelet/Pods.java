package dev.chatcluster.quickstart.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatcluster.quickstart.objects.Json;

/** What others want to know of a pod. */
public final class Pods {
  private Pods() {}

  /** Whether a pod is ready to serve, and not about to go. */
  public static boolean isReady(JsonNode pod) {
    for (JsonNode condition : pod.at("/status/conditions")) {
      if (Json.text(condition, "/type").equals("Ready")) {
        return Json.text(condition, "/status").equals("True") && !Json.isBeingDeleted(pod);
      }
    }
    return false;
  }

  /**
   * The port of this machine for a container's port.
   *
   * @param nameOrNumber as a probe or a Service names it
   */
  public static int localPort(JsonNode container, JsonNode nameOrNumber) {
    for (JsonNode port : container.path("ports")) {
      if (Json.text(port, "/name").equals(nameOrNumber.asText())
          || port.path("containerPort").asText().equals(nameOrNumber.asText())) {
        return port.path("hostPort").asInt();
      }
    }
    return nameOrNumber.asInt();
  }
}
