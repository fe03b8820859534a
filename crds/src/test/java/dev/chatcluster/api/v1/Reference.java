package dev.chatcluster.api.v1;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The configuration reference for people: a table for each object of the definition, spec before
 * status.
 */
final class Reference {
  private final StringBuilder text = new StringBuilder();

  private Reference() {}

  static String of(JsonNode definition) {
    return new Reference().write(definition.at("/spec/versions/0"));
  }

  private String write(JsonNode version) {
    var root = version.at("/schema/openAPIV3Schema");
    text.append("<!-- Generated from the Java types of module crds; `")
        .append(GeneratedFilesTest.WRITE);
    text.append("` writes it anew. -->\n\n# The ChatCluster resource, field by field\n\n");
    text.append(sentence(root)).append("\n\n");
    text.append(
        "API `chatcluster.dev/v1`, kind `ChatCluster`, short name `chat`. The same text on the command line: ");
    text.append(
        "`kubectl explain chatcluster.spec --recursive`. What the conditions in the status mean and what to do: ");
    text.append("[conditions.md](../conditions.md).\n\n");
    text.append(
        "```yaml\napiVersion: chatcluster.dev/v1\nkind: ChatCluster\nmetadata:\n  name: studyhub\n");
    text.append("spec:\n  partitions: 3\n  kafka:\n    bootstrapServers: kafka:9092\n```\n\n");
    rules(root);
    object("spec", root.at("/properties/spec"));
    object("status", root.at("/properties/status"));
    columns(version.get("additionalPrinterColumns"));
    return text.toString();
  }

  private void object(String path, JsonNode schema) {
    text.append("## ").append(path).append("\n\n");
    if (schema.has("description")) text.append(sentence(schema)).append("\n\n");
    boolean spec = path.startsWith("spec");
    text.append(
        spec
            ? "| Field | Type | Default | Meaning |\n|---|---|---|---|\n"
            : "| Field | Type | Meaning |\n|---|---|---|\n");
    List<String> inside = new ArrayList<>();
    for (var field : schema.get("properties").properties()) {
      var value = field.getValue();
      text.append("| `")
          .append(field.getKey())
          .append("` | ")
          .append(type(path + "." + field.getKey(), value))
          .append(" | ");
      if (spec) text.append(defaultOf(schema, field.getKey())).append(" | ");
      text.append(sentence(value)).append(" |\n");
      if (value.has("properties") || value.at("/items").has("properties"))
        inside.add(field.getKey());
    }
    text.append("\n");
    rules(schema);
    for (var field : schema.get("properties").properties())
      if (!inside.contains(field.getKey())) rules(field.getKey(), field.getValue());
    for (String name : inside) {
      var value = schema.get("properties").get(name);
      if (value.has("properties")) object(path + "." + name, value);
      else object(path + "." + name + "[]", value.get("items"));
    }
  }

  private static String type(String path, JsonNode schema) {
    if (schema.has("properties")) return "[object](#" + anchor(path) + ")";
    if (schema.has("enum")) {
      List<String> values = new ArrayList<>();
      schema.get("enum").forEach(v -> values.add("`" + v.asText() + "`"));
      return String.join(", ", values);
    }
    if (schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      return "[PodTemplateSpec](https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-template-v1/)";
    }
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return schema.path("pattern").asText().contains("%") ? "integer or percentage" : "quantity";
    }
    if (schema.has("additionalProperties"))
      return "map of " + type(path, schema.get("additionalProperties"));
    if (schema.has("items")) {
      boolean objects = schema.get("items").has("properties");
      return objects
          ? "list of [objects](#" + anchor(path + "[]") + ")"
          : "list of " + type(path, schema.get("items"));
    }
    return schema.get("type").asText();
  }

  private static String defaultOf(JsonNode object, String field) {
    for (var required : object.path("required"))
      if (required.asText().equals(field)) return "required";
    var value = object.get("properties").get(field).get("default");
    if (value == null || value.isObject()) return "";
    return "`" + (value.isTextual() ? value.asText() : value.toString()) + "`";
  }

  private void rules(JsonNode schema) {
    for (var rule : schema.path("x-kubernetes-validations")) {
      String message = rule.get("message").asText();
      text.append("- Refused otherwise: ").append(message).append(".\n");
    }
    if (schema.has("x-kubernetes-validations")) text.append("\n");
  }

  private void rules(String field, JsonNode schema) {
    boolean bytes = schema.path("x-kubernetes-int-or-string").asBoolean();
    if (bytes || !schema.has("x-kubernetes-validations")) return;
    for (var rule : schema.get("x-kubernetes-validations"))
      text.append("- `")
          .append(field)
          .append("`: ")
          .append(rule.get("message").asText())
          .append(".\n");
    text.append("\n");
  }

  private void columns(JsonNode columns) {
    text.append("## What kubectl prints\n\n| Column | Field | |\n|---|---|---|\n");
    for (var column : columns) {
      text.append("| ")
          .append(column.get("name").asText())
          .append(" | `")
          .append(column.get("jsonPath").asText());
      text.append("` | ").append(column.has("priority") ? "with `-o wide`" : "").append(" |\n");
    }
    text.append("\n`kubectl scale chatcluster/NAME --replicas=N` sets `spec.partitions`.\n");
  }

  private static String sentence(JsonNode schema) {
    return schema.path("description").asText().replace("|", "\\|").replace("<", "&lt;");
  }

  /** As GitHub makes it of a heading. */
  private static String anchor(String heading) {
    return heading.toLowerCase().replaceAll("[^a-z0-9-]", "");
  }
}
