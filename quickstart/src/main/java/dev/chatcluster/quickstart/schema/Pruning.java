package dev.chatcluster.quickstart.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Removes fields that a schema does not have. */
final class Pruning {
  private static final Set<String> OF_EVERY_OBJECT = Set.of("apiVersion", "kind", "metadata");

  private Pruning() {}

  static void prune(JsonNode value, JsonNode schema, String path, List<String> unknown) {
    if (value instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        if (path.isEmpty() && OF_EVERY_OBJECT.contains(name)) {
          continue;
        }
        String at = path.isEmpty() ? name : path + "." + name;
        JsonNode field = Fields.schemaOf(schema, name);
        if (field == null) {
          if (!Fields.keepsUnknown(schema)) {
            object.remove(name);
            unknown.add(at);
          }
        } else if (object.get(name).isNull() && !field.path("nullable").asBoolean()) {
          object.remove(name);
        } else {
          prune(object.get(name), field, at, unknown);
        }
      }
    } else if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        prune(value.get(i), schema.path("items"), path + "[" + i + "]", unknown);
      }
    }
  }
}
