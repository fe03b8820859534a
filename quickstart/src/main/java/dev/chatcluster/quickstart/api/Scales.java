package dev.chatcluster.quickstart.api;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.Refused;
import dev.chatcluster.quickstart.objects.ResourceType;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The scale subresource: an object seen as a number of replicas. */
final class Scales {
  private Scales() {}

  static ObjectNode of(ResourceType type, ObjectNode object) {
    ResourceType.Scale paths = type.scale().orElseThrow(Refused::noSuchPath);
    ObjectNode scale = Json.object("autoscaling/v1", "Scale");
    ObjectNode metadata = scale.putObject("metadata");
    for (String field :
        List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
      metadata.set(field, object.path("metadata").get(field));
    }
    scale.putObject("spec").put("replicas", object.at(paths.specReplicas()).asInt());
    scale
        .putObject("status")
        .put("replicas", object.at(paths.statusReplicas()).asInt())
        .put("selector", selector(object, paths));
    return scale;
  }

  private static String selector(ObjectNode object, ResourceType.Scale paths) {
    if (!paths.selector().isEmpty()) {
      return Json.text(object, paths.selector());
    }
    return object.at("/spec/selector/matchLabels").properties().stream()
        .map((Map.Entry<String, JsonNode> l) -> l.getKey() + "=" + l.getValue().asText())
        .collect(Collectors.joining(","));
  }

  /** The object with the number of a scale; it is changed. */
  static ObjectNode apply(ResourceType type, ObjectNode object, ObjectNode scale) {
    JsonNode replicas = scale.at("/spec/replicas");
    if (!replicas.canConvertToInt()) {
      throw Refused.badRequest("spec.replicas of a Scale must be a number");
    }
    String version = Json.text(scale, "/metadata/resourceVersion");
    if (!version.isEmpty()) {
      Json.metadata(object).put("resourceVersion", version);
    }
    JsonPointer path =
        JsonPointer.compile(type.scale().orElseThrow(Refused::noSuchPath).specReplicas());
    if (object.at(path.head()) instanceof ObjectNode parent) {
      parent.put(path.last().getMatchingProperty(), replicas.asInt());
    }
    return object;
  }
}
