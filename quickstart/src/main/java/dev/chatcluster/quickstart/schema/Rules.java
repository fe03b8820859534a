package dev.chatcluster.quickstart.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatcluster.quickstart.cel.CelException;
import dev.chatcluster.quickstart.cel.Evaluator;
import dev.chatcluster.quickstart.cel.Expression;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/** The CEL rules of a schema, each at its place. */
final class Rules {
  private static final Logger LOG = Logger.getLogger(Rules.class.getName());
  private static final Pattern OLD_SELF = Pattern.compile("\\boldSelf\\b");

  /** A rule as JSON, and what it is when read; those that cannot be read are not in it. */
  private final Map<JsonNode, Expression> read = new IdentityHashMap<>();

  private final JsonNode schema;

  Rules(JsonNode schema) {
    this.schema = schema;
    readAll(schema);
  }

  private void readAll(JsonNode node) {
    for (JsonNode rule : node.path("x-kubernetes-validations")) {
      try {
        read.put(rule, Expression.parse(rule.path("rule").asText()));
      } catch (CelException e) {
        LOG.log(
            Level.WARNING,
            "The rule {0} is not checked here, only by a real API server: {1}",
            new Object[] {rule.path("rule"), e.getMessage()});
      }
    }
    node.forEach(this::readAll);
  }

  /**
   * Adds what is wrong.
   *
   * @param old null when the object is new
   */
  void check(JsonNode object, JsonNode old, List<Violation> found) {
    check(object, old, schema, "", found);
  }

  private void check(
      JsonNode value, JsonNode old, JsonNode schema, String path, List<Violation> found) {
    for (JsonNode rule : schema.path("x-kubernetes-validations")) {
      Expression expression = read.get(rule);
      boolean transition = OLD_SELF.matcher(rule.path("rule").asText()).find();
      if (expression != null && (!transition || old != null)) {
        evaluate(expression, rule, value, old, path, found);
      }
    }
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      JsonNode fieldSchema = Fields.schemaOf(schema, field.getKey());
      if (fieldSchema != null) {
        JsonNode before = old == null ? null : old.get(field.getKey());
        check(field.getValue(), before, fieldSchema, Shape.child(path, field.getKey()), found);
      }
    }
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        check(value.get(i), null, schema.path("items"), path + "[" + i + "]", found);
      }
    }
  }

  private static void evaluate(
      Expression expression,
      JsonNode rule,
      JsonNode value,
      JsonNode old,
      String path,
      List<Violation> found) {
    Map<String, JsonNode> variables = new HashMap<>();
    variables.put("self", value);
    if (old != null) {
      variables.put("oldSelf", old);
    }
    String why;
    try {
      if (Evaluator.with(variables).holds(expression)) {
        return;
      }
      why = rule.path("message").asText("failed rule: " + rule.path("rule").asText());
    } catch (CelException e) {
      why = "rule " + rule.path("rule").asText() + ": " + e.getMessage();
    }
    String field = path + rule.path("fieldPath").asText("");
    found.add(
        Violation.invalid(
            field.isEmpty() ? "<nil>" : field,
            "Invalid value: %s: %s".formatted(Shape.show(value), why)));
  }
}
