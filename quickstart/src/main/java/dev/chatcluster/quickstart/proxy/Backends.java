package dev.chatcluster.quickstart.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.kubelet.Pods;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.Selector;
import java.util.List;

/** Which ports of this machine are behind a Service's port. */
final class Backends {
  private Backends() {}

  /** Those of the ready pods that the Service selects. */
  static List<Integer> of(JsonNode service, JsonNode port, List<ObjectNode> pods) {
    return selected(service, pods).stream()
        .map(pod -> Pods.localPort(pod.at("/spec/containers/0"), port.path("targetPort")))
        .toList();
  }

  private static List<ObjectNode> selected(JsonNode service, List<ObjectNode> pods) {
    return pods.stream()
        .filter(pod -> Json.namespace(pod).equals(Json.namespace(service)))
        .filter(pod -> Selector.matches(service.at("/spec/selector"), pod))
        .filter(Pods::isReady)
        .toList();
  }

  /** The Endpoints object of a Service; every pod has its own ports, so each is a subset. */
  static ObjectNode endpoints(ObjectNode service, List<ObjectNode> pods) {
    ObjectNode endpoints = Json.object("v1", "Endpoints");
    ObjectNode metadata = Json.metadata(endpoints).put("name", Json.name(service));
    metadata.putArray("ownerReferences").add(Json.ownerReference(service));
    ArrayNode subsets = endpoints.putArray("subsets");
    for (ObjectNode pod : selected(service, pods)) {
      ObjectNode subset = subsets.addObject();
      ObjectNode address = subset.putArray("addresses").addObject().put("ip", "127.0.0.1");
      address
          .putObject("targetRef")
          .put("kind", "Pod")
          .put("name", Json.name(pod))
          .put("namespace", Json.namespace(pod))
          .put("uid", Json.uid(pod));
      ArrayNode ports = subset.putArray("ports");
      for (JsonNode port : service.at("/spec/ports")) {
        ports
            .addObject()
            .put("name", Json.text(port, "/name"))
            .put("port", Pods.localPort(pod.at("/spec/containers/0"), port.path("targetPort")))
            .put("protocol", "TCP");
      }
    }
    return endpoints;
  }
}
