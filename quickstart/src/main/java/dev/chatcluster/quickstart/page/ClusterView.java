package dev.chatcluster.quickstart.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.kubelet.Pods;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.Key;
import dev.chatcluster.quickstart.objects.ObjectStore;
import dev.chatcluster.quickstart.objects.ResourceTypes;
import java.util.Comparator;
import java.util.List;

/** The ChatClusters and their pods, as the page shows them. */
final class ClusterView {
  private static final String TYPE = "chatclusters.chatcluster.dev";
  private static final String PARTITION = "chatcluster.dev/partition";
  private static final int EVENTS = 8;
  private static final String CLUSTER = "chatcluster.dev/cluster";

  private ClusterView() {}

  static ObjectNode of(ObjectStore store) {
    ObjectNode view = Json.object();
    ArrayNode clusters = view.putArray("clusters");
    synchronized (store) {
      store.list(TYPE).forEach(cluster -> clusters.add(cluster(cluster, store)));
    }
    return view;
  }

  private static ObjectNode cluster(ObjectNode cluster, ObjectStore store) {
    String namespace = Json.namespace(cluster);
    String name = Json.name(cluster);
    ObjectNode view = Json.object().put("namespace", namespace).put("name", name);
    view.set("asked", cluster.at("/spec/partitions"));
    view.set("partitions", cluster.at("/status/partitions"));
    view.set("topicPartitions", cluster.at("/status/topic/partitions"));
    view.set("epoch", cluster.at("/status/epoch"));
    view.set("strayLag", cluster.at("/status/strayLag"));
    view.set("source", cluster.at("/spec/rooms/source"));
    view.put("partitioning", Json.text(cluster, "/spec/rooms/partitioning"));
    view.set("conditions", cluster.at("/status/conditions"));
    view.put("port", port(store, namespace, name + "-clients"));
    ArrayNode pods = view.putArray("pods");
    for (ObjectNode pod : store.list(ResourceTypes.PODS.id(), namespace).objects()) {
      JsonNode labels = pod.at("/metadata/labels");
      if (labels.path(CLUSTER).asText().equals(name)) {
        pods.add(pod(pod, labels.path(PARTITION).asInt(-1)));
      }
    }
    view.set("events", events(store, cluster));
    return view;
  }

  /** The newest last. */
  private static ArrayNode events(ObjectStore store, ObjectNode cluster) {
    ArrayNode newest = Json.object().putArray("events");
    store.list(ResourceTypes.EVENTS.id(), Json.namespace(cluster)).objects().stream()
        .filter(e -> Json.text(e, "/involvedObject/uid").equals(Json.uid(cluster)))
        .sorted(Comparator.comparing(ClusterView::time).reversed())
        .limit(EVENTS)
        .sorted(Comparator.comparing(ClusterView::time))
        .forEach(
            e ->
                newest
                    .addObject()
                    .put("reason", Json.text(e, "/reason"))
                    .put("message", Json.text(e, "/message"))
                    .put("time", time(e)));
    return newest;
  }

  private static String time(JsonNode event) {
    for (String field : List.of("/lastTimestamp", "/eventTime", "/metadata/creationTimestamp")) {
      if (!Json.text(event, field).isEmpty()) {
        return Json.text(event, field);
      }
    }
    return "";
  }

  private static ObjectNode pod(ObjectNode pod, int partition) {
    JsonNode container = pod.at("/status/containerStatuses/0");
    return Json.object()
        .put("name", Json.name(pod))
        .put("partition", partition)
        .put("ready", Pods.isReady(pod))
        .put("restarts", container.path("restartCount").asInt())
        .put("state", state(pod, container));
  }

  private static String state(ObjectNode pod, JsonNode container) {
    if (Json.isBeingDeleted(pod)) {
      return "Terminating";
    }
    for (String state : List.of("waiting", "terminated")) {
      if (container.path("state").has(state)) {
        return Json.text(container, "/state/" + state + "/reason");
      }
    }
    if (container.isMissingNode() && Json.text(pod, "/status/phase").equals("Pending")) {
      return "Pending";
    }
    return Pods.isReady(pod) ? "Ready" : "Starting";
  }

  /** The port of this machine of a Service; 0 while there is none. */
  static int port(ObjectStore store, String namespace, String service) {
    return store
        .get(new Key(ResourceTypes.SERVICES.id(), namespace, service))
        .map(s -> s.at("/spec/ports/0/nodePort").asInt())
        .orElse(0);
  }
}
