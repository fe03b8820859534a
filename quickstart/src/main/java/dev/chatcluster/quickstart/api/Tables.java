package dev.chatcluster.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.ResourceType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Objects as the rows that {@code kubectl get} prints. */
final class Tables {
  private Tables() {}

  static ObjectNode of(ResourceType type, List<ObjectNode> objects, long version) {
    List<Column> columns = columns(type);
    ObjectNode table = Json.object("meta.k8s.io/v1", "Table");
    table.putObject("metadata").put("resourceVersion", String.valueOf(version));
    ArrayNode definitions = table.putArray("columnDefinitions");
    for (Column column : columns) {
      definitions
          .addObject()
          .put("name", column.name())
          .put("type", column.type().equals("integer") ? "integer" : "string")
          .put("format", column.name().equals("Name") ? "name" : "")
          .put("description", column.name())
          .put("priority", column.wide() ? 1 : 0);
    }
    ArrayNode rows = table.putArray("rows");
    for (ObjectNode object : objects) {
      ObjectNode row = rows.addObject();
      ArrayNode cells = row.putArray("cells");
      columns.forEach(column -> cells.addPOJO(column.value().apply(object)));
      ObjectNode shown = Json.object("meta.k8s.io/v1", "PartialObjectMetadata");
      shown.set("metadata", object.get("metadata"));
      row.set("object", shown);
    }
    return table;
  }

  private static List<Column> columns(ResourceType type) {
    if (type.schema().isEmpty()) {
      return BuiltInColumns.of(type);
    }
    List<Column> columns = new ArrayList<>();
    columns.add(Column.of("Name", Json::name));
    for (ObjectNode declared : type.columns()) {
      ColumnPath path = ColumnPath.parse(Json.text(declared, "/jsonPath"));
      String cell = Json.text(declared, "/type");
      columns.add(
          new Column(
              Json.text(declared, "/name"),
              cell,
              declared.path("priority").asInt() > 0,
              object -> cell(path.find(object), cell)));
    }
    if (type.columns().isEmpty()) {
      columns.add(BuiltInColumns.AGE);
    }
    return columns;
  }

  private static Object cell(JsonNode value, String type) {
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    return switch (type) {
      case "date" -> Age.since(value.asText(), Instant.now());
      case "integer" -> value.isNumber() ? (Object) value.asLong() : "";
      default -> value.isContainerNode() ? value.toString() : value.asText();
    };
  }
}
