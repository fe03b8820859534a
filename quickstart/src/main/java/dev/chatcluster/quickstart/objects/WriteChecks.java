package dev.chatcluster.quickstart.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Whether a write is about the object that it says, and may be done now. */
final class WriteChecks {
  private WriteChecks() {}

  /** Fills in kind and apiVersion where they are missing. */
  static void checkKind(ResourceType type, ObjectNode body) {
    String kind = Json.text(body, "/kind");
    String apiVersion = Json.text(body, "/apiVersion");
    if (kind.isEmpty()) {
      body.put("kind", type.kind());
    }
    if (apiVersion.isEmpty()) {
      body.put("apiVersion", type.apiVersion());
    }
    if (!(kind.isEmpty() || kind.equals(type.kind()))
        || !(apiVersion.isEmpty() || apiVersion.equals(type.apiVersion()))) {
      throw Refused.badRequest(
          "the object is a %s %s, the request is about %s %s"
              .formatted(apiVersion, kind, type.apiVersion(), type.kind()));
    }
  }

  static void checkIdentity(ResourceType type, Key key, ObjectNode old, ObjectNode wanted) {
    String name = Json.name(wanted);
    if (!name.isEmpty() && !name.equals(key.name())) {
      throw Refused.badRequest(
          "the name of the object (%s) does not match the name on the URL (%s)"
              .formatted(name, key.name()));
    }
    String version = Json.text(wanted, "/metadata/resourceVersion");
    if (!version.isEmpty() && !version.equals(Json.text(old, "/metadata/resourceVersion"))) {
      throw Refused.conflict(
          type,
          key.name(),
          "the object has been modified; please apply your changes to the latest version and try"
              + " again");
    }
    String uid = Json.uid(wanted);
    if (!uid.isEmpty() && !uid.equals(Json.uid(old))) {
      throw Refused.conflict(
          type,
          key.name(),
          "Precondition failed: UID in precondition: %s, UID in object meta: %s"
              .formatted(uid, Json.uid(old)));
    }
  }

  static void checkPreconditions(
      ResourceType type, Key key, ObjectNode old, JsonNode preconditions) {
    for (String field : List.of("uid", "resourceVersion")) {
      String wanted = Json.text(preconditions, "/" + field);
      if (!wanted.isEmpty() && !wanted.equals(Json.text(old, "/metadata/" + field))) {
        throw Refused.conflict(type, key.name(), "Precondition failed: " + field);
      }
    }
  }

  static void checkNamespace(ObjectStore store, ResourceType type, String namespace) {
    if (!type.namespaced()) {
      return;
    }
    ObjectNode found =
        store
            .get(ResourceTypes.NAMESPACES.key("", namespace))
            .orElseThrow(() -> Refused.notFound(ResourceTypes.NAMESPACES, namespace));
    if (Json.isBeingDeleted(found)) {
      throw Refused.forbidden(
          "unable to create new content in namespace %s because it is being terminated"
              .formatted(namespace));
    }
  }
}
