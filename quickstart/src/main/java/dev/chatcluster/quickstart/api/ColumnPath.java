package dev.chatcluster.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The JSONPath of a printer column: fields, places in a list, and a filter by equality. */
final class ColumnPath {
  private static final Pattern STEP =
      Pattern.compile(
          "\\.([A-Za-z0-9_-]+)|\\['([^']+)'\\]|\\[(\\d+)\\]"
              + "|\\[\\?\\(@\\.([A-Za-z0-9_.-]+)\\s*==\\s*[\"']([^\"']*)[\"']\\)\\]");

  private final List<UnaryOperator<JsonNode>> steps;

  private ColumnPath(List<UnaryOperator<JsonNode>> steps) {
    this.steps = steps;
  }

  /** Reads a path; one that cannot be read finds nothing. */
  static ColumnPath parse(String path) {
    List<UnaryOperator<JsonNode>> steps = new ArrayList<>();
    Matcher m = STEP.matcher(path);
    int end = 0;
    while (end < path.length()) {
      if (!m.find(end) || m.start() != end) {
        return new ColumnPath(List.of(node -> MissingNode.getInstance()));
      }
      steps.add(step(m));
      end = m.end();
    }
    return new ColumnPath(steps);
  }

  private static UnaryOperator<JsonNode> step(Matcher m) {
    if (m.group(3) != null) {
      int index = Integer.parseInt(m.group(3));
      return node -> node.path(index);
    }
    if (m.group(4) != null) {
      String pointer = "/" + m.group(4).replace('.', '/');
      String value = m.group(5);
      return node -> {
        for (JsonNode item : node) {
          if (item.at(pointer).asText().equals(value)) {
            return item;
          }
        }
        return MissingNode.getInstance();
      };
    }
    String field = m.group(1) != null ? m.group(1) : m.group(2);
    return node -> node.path(field);
  }

  JsonNode find(JsonNode object) {
    JsonNode at = object;
    for (UnaryOperator<JsonNode> step : steps) {
      at = step.apply(at);
    }
    return at;
  }
}
