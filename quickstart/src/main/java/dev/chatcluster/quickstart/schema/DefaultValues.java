package dev.chatcluster.quickstart.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Fills in what a schema gives as default, also within what was filled in. */
final class DefaultValues {
  private DefaultValues() {}

  static void complete(JsonNode value, JsonNode schema) {
    if (value instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
        JsonNode byDefault = property.getValue().get("default");
        if (byDefault != null && !object.has(property.getKey())) {
          object.set(property.getKey(), byDefault.deepCopy());
        }
      }
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        JsonNode fieldSchema = Fields.schemaOf(schema, field.getKey());
        if (fieldSchema != null) {
          complete(field.getValue(), fieldSchema);
        }
      }
    } else if (value.isArray()) {
      value.forEach(item -> complete(item, schema.path("items")));
    }
  }
}
