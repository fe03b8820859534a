package dev.chatcluster.quickstart.kubelet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.Key;
import dev.chatcluster.quickstart.objects.Refused;
import dev.chatcluster.quickstart.objects.ResourceTypes;
import dev.chatcluster.quickstart.objects.Resources;
import dev.chatcluster.quickstart.objects.WriteOptions;

/** Writes Events; the same one again only raises its count. */
final class EventRecorder {
  private final Resources resources;
  private final String component;

  EventRecorder(Resources resources, String component) {
    this.resources = resources;
    this.component = component;
  }

  void normal(ObjectNode object, String reason, String message) {
    record(object, "Normal", reason, message);
  }

  void warning(ObjectNode object, String reason, String message) {
    record(object, "Warning", reason, message);
  }

  private void record(ObjectNode object, String type, String reason, String message) {
    String id = Integer.toHexString((Json.uid(object) + reason + message).hashCode());
    String name = Json.name(object) + "." + id;
    Key key = ResourceTypes.EVENTS.key(Json.namespace(object), name);
    String now = Json.now();
    try {
      if (resources.store().get(key).isPresent()) {
        resources.update(
            ResourceTypes.EVENTS,
            key,
            Resources.Part.ALL_BUT_STATUS,
            event -> event.put("count", event.path("count").asInt() + 1).put("lastTimestamp", now),
            WriteOptions.plain());
        return;
      }
      ObjectNode event =
          Json.object("v1", "Event")
              .put("type", type)
              .put("reason", reason)
              .put("message", message)
              .put("count", 1)
              .put("firstTimestamp", now)
              .put("lastTimestamp", now)
              .put("reportingComponent", component);
      Json.metadata(event).put("name", name);
      event.putObject("source").put("component", component);
      event
          .putObject("involvedObject")
          .put("apiVersion", Json.text(object, "/apiVersion"))
          .put("kind", Json.text(object, "/kind"))
          .put("namespace", Json.namespace(object))
          .put("name", Json.name(object))
          .put("uid", Json.uid(object));
      resources.create(ResourceTypes.EVENTS, Json.namespace(object), event, WriteOptions.plain());
    } catch (Refused namespaceIsGoing) {
      // Nobody is left to read it.
    }
  }
}
