package dev.chatcluster.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Function;

/**
 * A column of a table.
 *
 * @param type {@code string}, {@code integer} or {@code date}
 * @param wide whether it is only shown with {@code -o wide}
 * @param value of a cell; null or empty for none
 */
record Column(String name, String type, boolean wide, Function<JsonNode, Object> value) {
  static Column of(String name, Function<JsonNode, Object> value) {
    return new Column(name, "string", false, value);
  }

  static Column wide(String name, Function<JsonNode, Object> value) {
    return new Column(name, "string", true, value);
  }
}
