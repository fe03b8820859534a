package dev.chatcluster.quickstart.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a real API server fills in for the built-in kinds, so that whoever compares what is there
 * with what it wrote meets the same differences here.
 */
final class Defaults {
  private static final int FIRST_NODE_PORT = 32000;
  private static final int NODE_PORT_END = 32768;

  private final ObjectStore store;

  Defaults(ObjectStore store) {
    this.store = store;
  }

  void complete(ResourceType type, ObjectNode object, Optional<ObjectNode> old) {
    switch (type.id()) {
      case "deployments.apps" -> deployment(Json.child(object, "spec"));
      case "pods" -> podSpec(Json.child(object, "spec"));
      case "services" -> service(Json.child(object, "spec"), old);
      case "namespaces" -> namespace(object);
      case "customresourcedefinitions.apiextensions.k8s.io" -> established(object);
      default -> {}
    }
  }

  private static void deployment(ObjectNode spec) {
    absent(spec, "replicas", 1);
    absent(spec, "revisionHistoryLimit", 10);
    absent(spec, "progressDeadlineSeconds", 600);
    ObjectNode strategy = Json.child(spec, "strategy");
    absent(strategy, "type", "RollingUpdate");
    if (Json.text(strategy, "/type").equals("RollingUpdate")) {
      ObjectNode rolling = Json.child(strategy, "rollingUpdate");
      absent(rolling, "maxSurge", "25%");
      absent(rolling, "maxUnavailable", "25%");
    }
    podSpec(Json.child(Json.child(spec, "template"), "spec"));
  }

  private static void podSpec(ObjectNode spec) {
    absent(spec, "restartPolicy", "Always");
    absent(spec, "dnsPolicy", "ClusterFirst");
    absent(spec, "schedulerName", "default-scheduler");
    absent(spec, "terminationGracePeriodSeconds", 30);
    Json.child(spec, "securityContext");
    for (JsonNode node : spec.path("containers")) {
      if (node instanceof ObjectNode container) {
        container(container);
      }
    }
  }

  private static void container(ObjectNode container) {
    absent(container, "terminationMessagePath", "/dev/termination-log");
    absent(container, "terminationMessagePolicy", "File");
    absent(
        container,
        "imagePullPolicy",
        Json.text(container, "/image").endsWith(":latest") ? "Always" : "IfNotPresent");
    Json.child(container, "resources");
    for (JsonNode port : container.path("ports")) {
      absent(Json.objectOf(port), "protocol", "TCP");
    }
    for (JsonNode variable : container.path("env")) {
      if (variable.at("/valueFrom/fieldRef") instanceof ObjectNode reference) {
        absent(reference, "apiVersion", "v1");
      }
    }
    for (String name : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
      if (container.get(name) instanceof ObjectNode probe) {
        absent(probe, "timeoutSeconds", 1);
        absent(probe, "periodSeconds", 10);
        absent(probe, "successThreshold", 1);
        absent(probe, "failureThreshold", 3);
        if (probe.get("httpGet") instanceof ObjectNode get) {
          absent(get, "scheme", "HTTP");
          absent(get, "path", "/");
        }
      }
    }
  }

  /**
   * Every port also gets a port of this machine, since the quickstart has no network of its own; -1
   * asks for another one.
   */
  private void service(ObjectNode spec, Optional<ObjectNode> old) {
    absent(spec, "type", "ClusterIP");
    absent(spec, "sessionAffinity", "None");
    absent(spec, "internalTrafficPolicy", "Cluster");
    absent(spec, "ipFamilyPolicy", "SingleStack");
    list(spec, "ipFamilies", "IPv4");
    if (Json.text(spec, "/clusterIP").isEmpty()) {
      spec.put("clusterIP", "127.0.0.1");
    }
    list(spec, "clusterIPs", Json.text(spec, "/clusterIP"));
    for (JsonNode node : spec.path("ports")) {
      ObjectNode port = Json.objectOf(node);
      absent(port, "protocol", "TCP");
      if (!port.has("targetPort")) {
        port.set("targetPort", port.path("port"));
      }
      int given = port.path("nodePort").asInt();
      if (given <= 0) {
        port.put("nodePort", given < 0 ? freeNodePort() : nodePort(port, old));
      }
    }
  }

  private int nodePort(ObjectNode port, Optional<ObjectNode> old) {
    for (JsonNode before : old.map(o -> o.at("/spec/ports")).orElse(port.path("none"))) {
      if (before.path("port").equals(port.path("port"))) {
        return before.path("nodePort").asInt();
      }
    }
    return freeNodePort();
  }

  private int freeNodePort() {
    Set<Integer> taken = new HashSet<>();
    for (ObjectNode service : store.list("services")) {
      service.at("/spec/ports").forEach(p -> taken.add(p.path("nodePort").asInt()));
    }
    int candidate;
    do {
      candidate = ThreadLocalRandom.current().nextInt(FIRST_NODE_PORT, NODE_PORT_END);
    } while (taken.contains(candidate));
    return candidate;
  }

  private static void namespace(ObjectNode namespace) {
    Json.child(Json.metadata(namespace), "labels")
        .put("kubernetes.io/metadata.name", Json.name(namespace));
    list(Json.child(namespace, "spec"), "finalizers", "kubernetes");
    absent(Json.child(namespace, "status"), "phase", "Active");
  }

  private static void established(ObjectNode crd) {
    ObjectNode status = Json.child(crd, "status");
    status.set("acceptedNames", crd.at("/spec/names").deepCopy());
    ArrayNode stored = status.putArray("storedVersions");
    for (JsonNode version : crd.at("/spec/versions")) {
      if (version.path("storage").asBoolean()) {
        stored.add(Json.text(version, "/name"));
      }
    }
    if (!status.has("conditions")) {
      ArrayNode conditions = status.putArray("conditions");
      conditions.add(condition("NamesAccepted", "NoConflicts", "no conflicts found"));
      conditions.add(
          condition("Established", "InitialNamesAccepted", "the initial names have been accepted"));
    }
  }

  private static ObjectNode condition(String type, String reason, String message) {
    return Json.object()
        .put("type", type)
        .put("status", "True")
        .put("reason", reason)
        .put("message", message)
        .put("lastTransitionTime", Json.now());
  }

  private static void absent(ObjectNode object, String field, String value) {
    if (!object.hasNonNull(field)) {
      object.put(field, value);
    }
  }

  private static void absent(ObjectNode object, String field, int value) {
    if (!object.hasNonNull(field)) {
      object.put(field, value);
    }
  }

  private static void list(ObjectNode object, String field, String only) {
    if (!object.hasNonNull(field)) {
      object.putArray(field).add(only);
    }
  }
}
