package dev.chatcluster.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.ResourceType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The columns of the built-in kinds, close to those of a real API server. */
final class BuiltInColumns {
  static final Column AGE = Column.of("Age", age("/metadata/creationTimestamp"));

  private static final Column NAME = Column.of("Name", Json::name);

  private BuiltInColumns() {}

  static List<Column> of(ResourceType type) {
    List<Column> columns =
        switch (type.id()) {
          case "pods" -> pods();
          case "deployments.apps" -> deployments();
          case "services" -> services();
          case "events" -> events();
          case "endpoints" -> List.of(NAME, Column.of("Endpoints", BuiltInColumns::addresses), AGE);
          case "nodes" -> List.of(NAME, Column.of("Status", n -> "Ready"), AGE);
          case "namespaces" -> List.of(NAME, Column.of("Status", text("/status/phase")), AGE);
          case "configmaps" -> List.of(NAME, Column.of("Data", o -> o.path("data").size()), AGE);
          case "secrets" ->
              List.of(
                  NAME,
                  Column.of("Type", text("/type")),
                  Column.of("Data", o -> o.path("data").size()),
                  AGE);
          case "customresourcedefinitions.apiextensions.k8s.io" ->
              List.of(NAME, Column.of("Created At", text("/metadata/creationTimestamp")));
          case "leases.coordination.k8s.io" ->
              List.of(NAME, Column.of("Holder", text("/spec/holderIdentity")), AGE);
          case "poddisruptionbudgets.policy" ->
              List.of(
                  NAME,
                  Column.of("Min Available", orNotThere("/spec/minAvailable")),
                  Column.of("Max Unavailable", orNotThere("/spec/maxUnavailable")),
                  AGE);
          default -> List.of(NAME, AGE);
        };
    return columns;
  }

  private static List<Column> pods() {
    return List.of(
        NAME,
        Column.of("Ready", BuiltInColumns::readyContainers),
        Column.of("Status", BuiltInColumns::podStatus),
        Column.of("Restarts", pod -> String.valueOf(restarts(pod))),
        AGE,
        Column.wide("IP", text("/status/podIP")),
        Column.wide("Node", text("/spec/nodeName")));
  }

  private static List<Column> deployments() {
    return List.of(
        NAME,
        Column.of(
            "Ready",
            d -> d.at("/status/readyReplicas").asInt() + "/" + d.at("/spec/replicas").asInt()),
        Column.of("Up-to-date", d -> d.at("/status/updatedReplicas").asInt()),
        Column.of("Available", d -> d.at("/status/availableReplicas").asInt()),
        AGE,
        Column.wide("Images", d -> join(d.at("/spec/template/spec/containers"), "/image")),
        Column.wide("Selector", d -> pairs(d.at("/spec/selector/matchLabels"))));
  }

  private static List<Column> services() {
    return List.of(
        NAME,
        Column.of("Type", text("/spec/type")),
        Column.of("Cluster-IP", text("/spec/clusterIP")),
        Column.of("External-IP", s -> "<none>"),
        Column.of("Port(s)", BuiltInColumns::ports),
        AGE,
        Column.wide("Selector", s -> pairs(s.at("/spec/selector"))));
  }

  private static List<Column> events() {
    return List.of(
        Column.of("Last Seen", BuiltInColumns::lastSeen),
        Column.of("Type", text("/type")),
        Column.of("Reason", text("/reason")),
        Column.of(
            "Object",
            e ->
                Json.text(e, "/involvedObject/kind").toLowerCase(Locale.ROOT)
                    + "/"
                    + Json.text(e, "/involvedObject/name")),
        Column.of("Message", text("/message")));
  }

  private static Object lastSeen(JsonNode event) {
    for (String field : List.of("/lastTimestamp", "/eventTime", "/metadata/creationTimestamp")) {
      if (!Json.text(event, field).isEmpty()) {
        return Age.since(Json.text(event, field), Instant.now());
      }
    }
    return "<unknown>";
  }

  private static Object readyContainers(JsonNode pod) {
    long ready =
        stream(pod.at("/status/containerStatuses"))
            .filter(c -> c.path("ready").asBoolean())
            .count();
    return ready + "/" + pod.at("/spec/containers").size();
  }

  private static int restarts(JsonNode pod) {
    return stream(pod.at("/status/containerStatuses"))
        .mapToInt(c -> c.path("restartCount").asInt())
        .sum();
  }

  private static Object podStatus(JsonNode pod) {
    if (Json.isBeingDeleted(pod)) {
      return "Terminating";
    }
    for (JsonNode container : pod.at("/status/containerStatuses")) {
      for (String state : List.of("waiting", "terminated")) {
        String reason = Json.text(container, "/state/" + state + "/reason");
        if (!reason.isEmpty()) {
          return reason;
        }
      }
    }
    return Json.text(pod, "/status/phase");
  }

  private static Object ports(JsonNode service) {
    return stream(service.at("/spec/ports"))
        .map(
            p ->
                p.path("port").asText()
                    + (p.has("nodePort") ? ":" + p.path("nodePort").asText() : "")
                    + "/"
                    + p.path("protocol").asText())
        .collect(Collectors.joining(","));
  }

  private static Object addresses(JsonNode endpoints) {
    List<String> all = new ArrayList<>();
    for (JsonNode subset : endpoints.path("subsets")) {
      for (JsonNode address : subset.path("addresses")) {
        subset
            .path("ports")
            .forEach(p -> all.add(Json.text(address, "/ip") + ":" + p.path("port").asText()));
      }
    }
    return all.isEmpty() ? "<none>" : String.join(",", all);
  }

  private static Function<JsonNode, Object> text(String pointer) {
    return object -> Json.text(object, pointer);
  }

  private static Function<JsonNode, Object> age(String pointer) {
    return object -> Age.since(Json.text(object, pointer), Instant.now());
  }

  private static Function<JsonNode, Object> orNotThere(String pointer) {
    return object -> object.at(pointer).asText("N/A");
  }

  private static String join(JsonNode list, String pointer) {
    return stream(list).map(i -> Json.text(i, pointer)).collect(Collectors.joining(","));
  }

  private static String pairs(JsonNode map) {
    return map.properties().stream()
        .map((Map.Entry<String, JsonNode> p) -> p.getKey() + "=" + p.getValue().asText())
        .collect(Collectors.joining(","));
  }

  private static Stream<JsonNode> stream(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }
}
