package dev.chatcluster.quickstart.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Checks types, ranges, lengths, patterns and what is required; speaks like the API server. */
final class Shape {
  private Shape() {}

  static void check(JsonNode value, JsonNode schema, String path, List<Violation> found) {
    if (!hasType(value, schema)) {
      String wanted =
          schema.path("x-kubernetes-int-or-string").asBoolean()
              ? "integer,string"
              : schema.path("type").asText();
      found.add(
          new Violation(
              path,
              "FieldValueTypeInvalid",
              "Invalid value: \"%s\": %s in body must be of type %s: \"%s\""
                  .formatted(typeOf(value), path, wanted, typeOf(value))));
      return;
    }
    switch (value.getNodeType()) {
      case OBJECT -> object(value, schema, path, found);
      case ARRAY -> array(value, schema, path, found);
      case STRING -> text(value.textValue(), schema, path, found);
      case NUMBER -> number(value, schema, path, found);
      default -> {}
    }
    oneOf(value, schema, path, found);
    combinations(value, schema, path, found);
  }

  private static boolean hasType(JsonNode value, JsonNode schema) {
    if (value.isNull() && schema.path("nullable").asBoolean()) {
      return true;
    }
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return value.isTextual() || value.isIntegralNumber();
    }
    return switch (schema.path("type").asText("")) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "number" -> value.isNumber();
      case "integer" -> value.isIntegralNumber() && fits(value, schema);
      default -> true;
    };
  }

  private static boolean fits(JsonNode value, JsonNode schema) {
    return schema.path("format").asText().equals("int32")
        ? value.canConvertToInt()
        : value.canConvertToLong();
  }

  private static void object(JsonNode value, JsonNode schema, String path, List<Violation> found) {
    for (JsonNode required : schema.path("required")) {
      if (!value.has(required.asText())) {
        found.add(Violation.required(child(path, required.asText()), ""));
      }
    }
    size(value.size(), schema, path, found, "Properties", "properties");
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      JsonNode fieldSchema = Fields.schemaOf(schema, field.getKey());
      if (fieldSchema != null) {
        check(field.getValue(), fieldSchema, child(path, field.getKey()), found);
      }
    }
  }

  private static void array(JsonNode value, JsonNode schema, String path, List<Violation> found) {
    size(value.size(), schema, path, found, "Items", "items");
    Set<JsonNode> seen = new HashSet<>();
    boolean set = schema.path("x-kubernetes-list-type").asText().equals("set");
    for (int i = 0; i < value.size(); i++) {
      String at = path + "[" + i + "]";
      check(value.get(i), schema.path("items"), at, found);
      JsonNode key = keyOf(value.get(i), schema.path("x-kubernetes-list-map-keys"));
      if ((set || key != value.get(i)) && !seen.add(key)) {
        found.add(new Violation(at, "FieldValueDuplicate", "Duplicate value: " + show(key)));
      }
    }
  }

  private static JsonNode keyOf(JsonNode item, JsonNode keys) {
    if (!keys.isArray()) {
      return item;
    }
    ObjectNode key = JsonNodeFactory.instance.objectNode();
    keys.forEach(k -> key.set(k.asText(), item.path(k.asText())));
    return key;
  }

  private static void size(
      int size, JsonNode schema, String path, List<Violation> found, String what, String words) {
    if (schema.has("max" + what) && size > schema.path("max" + what).asInt()) {
      found.add(
          new Violation(
              path,
              "FieldValueTooMany",
              "Too many: %d: must have at most %d %s"
                  .formatted(size, schema.path("max" + what).asInt(), words)));
    }
    if (size < schema.path("min" + what).asInt()) {
      found.add(
          Violation.invalid(
              path,
              "Invalid value: %d: %s in body should have at least %d %s"
                  .formatted(size, path, schema.path("min" + what).asInt(), words)));
    }
  }

  private static void text(String value, JsonNode schema, String path, List<Violation> found) {
    int length = value.codePointCount(0, value.length());
    if (schema.has("maxLength") && length > schema.path("maxLength").asInt()) {
      found.add(
          new Violation(
              path,
              "FieldValueTooLong",
              "Too long: may not be more than %d bytes"
                  .formatted(schema.path("maxLength").asInt())));
    }
    if (length < schema.path("minLength").asInt()) {
      found.add(
          Violation.invalid(
              path,
              "Invalid value: \"%s\": %s in body should be at least %d chars long"
                  .formatted(value, path, schema.path("minLength").asInt())));
    }
    if (schema.has("pattern")
        && !Pattern.compile(schema.path("pattern").asText()).matcher(value).find()) {
      found.add(
          Violation.invalid(
              path,
              "Invalid value: \"%s\": %s in body should match '%s'"
                  .formatted(value, path, schema.path("pattern").asText())));
    }
    if (schema.path("format").asText().equals("date-time") && !isTime(value)) {
      found.add(
          Violation.invalid(
              path,
              "Invalid value: \"%s\": %s in body must be of type date-time: \"%s\""
                  .formatted(value, path, value)));
    }
  }

  private static boolean isTime(String value) {
    try {
      OffsetDateTime.parse(value);
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private static void number(JsonNode value, JsonNode schema, String path, List<Violation> found) {
    double number = value.asDouble();
    if (schema.has("minimum") && number < schema.path("minimum").asDouble()) {
      found.add(range(value, path, "greater than or equal to", schema.path("minimum")));
    }
    if (schema.has("maximum") && number > schema.path("maximum").asDouble()) {
      found.add(range(value, path, "less than or equal to", schema.path("maximum")));
    }
  }

  private static Violation range(JsonNode value, String path, String how, JsonNode limit) {
    double number = limit.asDouble();
    String shown =
        number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
    return Violation.invalid(
        path, "Invalid value: %s: %s in body should be %s %s".formatted(value, path, how, shown));
  }

  private static void oneOf(JsonNode value, JsonNode schema, String path, List<Violation> found) {
    if (!schema.has("enum")) {
      return;
    }
    StringJoiner supported = new StringJoiner(", ");
    for (JsonNode allowed : schema.path("enum")) {
      if (allowed.equals(value)) {
        return;
      }
      supported.add(show(allowed));
    }
    found.add(
        Violation.unsupported(
            path, "Unsupported value: %s: supported values: %s".formatted(show(value), supported)));
  }

  private static void combinations(
      JsonNode value, JsonNode schema, String path, List<Violation> found) {
    // Of a value that may be a number or a text, hasType has already judged.
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return;
    }
    Predicate<JsonNode> fits =
        part -> {
          List<Violation> inner = new ArrayList<>();
          check(value, part, path, inner);
          return inner.isEmpty();
        };
    schema.path("allOf").forEach(part -> check(value, part, path, found));
    if (schema.has("anyOf") && count(schema.path("anyOf"), fits) == 0) {
      found.add(
          Violation.invalid(path, "Invalid value: must validate at least one schema (anyOf)"));
    }
    if (schema.has("oneOf") && count(schema.path("oneOf"), fits) != 1) {
      found.add(
          Violation.invalid(path, "Invalid value: must validate one and only one schema (oneOf)"));
    }
    if (schema.has("not") && fits.test(schema.path("not"))) {
      found.add(Violation.invalid(path, "Invalid value: must not validate the schema (not)"));
    }
  }

  private static int count(JsonNode parts, Predicate<JsonNode> fits) {
    int count = 0;
    for (JsonNode part : parts) {
      count += fits.test(part) ? 1 : 0;
    }
    return count;
  }

  static String child(String path, String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  static String show(JsonNode value) {
    return value.isContainerNode() ? "\"" + typeOf(value) + "\"" : value.toString();
  }

  private static String typeOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
      default -> value.getNodeType().name().toLowerCase(Locale.ROOT);
    };
  }
}
