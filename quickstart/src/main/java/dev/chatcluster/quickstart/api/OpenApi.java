package dev.chatcluster.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.Refused;
import dev.chatcluster.quickstart.objects.ResourceType;
import dev.chatcluster.quickstart.schema.CustomSchema;
import java.util.List;

/**
 * OpenAPI v3, so far as kubectl reads it: that fields are validated by the server, and the schemas
 * that {@code kubectl explain} shows.
 */
final class OpenApi {
  private static final String KIND = "x-kubernetes-group-version-kind";

  private OpenApi() {}

  static ObjectNode index(List<ResourceType> types) {
    ObjectNode index = Json.object();
    ObjectNode paths = index.putObject("paths");
    for (ResourceType type : types) {
      String path = (type.group().isEmpty() ? "api/" : "apis/") + type.apiVersion();
      // The hash lets clients keep the document: it has to change when a schema does.
      int hash = of(types, type.group(), type.version()).hashCode();
      paths
          .putObject(path)
          .put("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + Integer.toHexString(hash));
    }
    return index;
  }

  static ObjectNode of(List<ResourceType> types, String group, String version) {
    List<ResourceType> served =
        types.stream().filter(t -> t.group().equals(group) && t.version().equals(version)).toList();
    if (served.isEmpty()) {
      throw Refused.noSuchPath();
    }
    ObjectNode document = Json.object().put("openapi", "3.0.0");
    document.putObject("info").put("title", "Kubernetes").put("version", "quickstart");
    ObjectNode paths = document.putObject("paths");
    ObjectNode schemas = document.putObject("components").putObject("schemas");
    for (ResourceType type : served) {
      String base = (group.isEmpty() ? "/api/" : "/apis/") + type.apiVersion();
      String many = base + (type.namespaced() ? "/namespaces/{namespace}/" : "/") + type.plural();
      ObjectNode one = paths.putObject(many + "/{name}");
      for (String method : List.of("get", "put", "patch", "delete")) {
        operation(one, method, type);
      }
      ObjectNode all = paths.putObject(many);
      operation(all, "get", type);
      operation(all, "post", type);
      ObjectNode schema = schema(type);
      schema.putArray(KIND).add(kind(type));
      schemas.set(schemaName(type), schema);
    }
    return document;
  }

  private static void operation(ObjectNode path, String method, ResourceType type) {
    ObjectNode operation = path.putObject(method);
    operation.set(KIND, kind(type));
    for (String name : List.of("dryRun", "fieldManager", "fieldValidation")) {
      operation
          .withArray("parameters")
          .addObject()
          .put("name", name)
          .put("in", "query")
          .putObject("schema")
          .put("type", "string");
    }
    operation
        .putObject("responses")
        .putObject("200")
        .put("description", "OK")
        .putObject("content")
        .putObject("application/json")
        .putObject("schema")
        .put("$ref", "#/components/schemas/" + schemaName(type));
  }

  private static ObjectNode schema(ResourceType type) {
    JsonNode custom = type.schema().map(CustomSchema::openApi).orElse(null);
    return custom instanceof ObjectNode schema
        ? schema.deepCopy()
        : Json.object().put("type", "object").put("x-kubernetes-preserve-unknown-fields", true);
  }

  private static String schemaName(ResourceType type) {
    return type.id() + "." + type.version() + "." + type.kind();
  }

  private static ObjectNode kind(ResourceType type) {
    return Json.object()
        .put("group", type.group())
        .put("version", type.version())
        .put("kind", type.kind());
  }
}
