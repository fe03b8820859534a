package dev.chatcluster.quickstart.schema;

import com.fasterxml.jackson.databind.JsonNode;

/** Where a schema says what a field is. */
final class Fields {
  private Fields() {}

  /** The schema of an object's field, or null when it knows none. */
  static JsonNode schemaOf(JsonNode schema, String field) {
    JsonNode property = schema.path("properties").get(field);
    if (property != null) {
      return property;
    }
    JsonNode additional = schema.get("additionalProperties");
    return additional == null || !additional.isContainerNode() && !additional.asBoolean()
        ? null
        : additional;
  }

  static boolean keepsUnknown(JsonNode schema) {
    return schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
  }
}
