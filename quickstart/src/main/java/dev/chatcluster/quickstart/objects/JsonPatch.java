package dev.chatcluster.quickstart.objects;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** RFC 6902. */
public final class JsonPatch {
  private JsonPatch() {}

  /**
   * The target, which is changed.
   *
   * @throws Refused when an operation is unknown, its place is missing or a test fails
   */
  public static ObjectNode apply(ObjectNode target, JsonNode operations) {
    if (!operations.isArray()) {
      throw Refused.badRequest("a JSON patch is a list of operations");
    }
    for (JsonNode operation : operations) {
      JsonPointer path = pointer(Json.text(operation, "/path"));
      switch (Json.text(operation, "/op")) {
        case "add" -> add(target, path, value(operation));
        case "remove" -> remove(target, path);
        case "replace" -> {
          remove(target, path);
          add(target, path, value(operation));
        }
        case "move" -> add(target, path, remove(target, from(operation)));
        case "copy" -> add(target, path, existing(target, from(operation)).deepCopy());
        case "test" -> {
          if (!target.at(path).equals(value(operation))) {
            throw refused("the value at " + path + " is not the one tested for");
          }
        }
        default -> throw refused("unknown operation " + operation.path("op"));
      }
    }
    return target;
  }

  private static void add(ObjectNode target, JsonPointer path, JsonNode value) {
    String last = last(path);
    switch (target.at(path.head())) {
      case ObjectNode object -> object.set(last, value);
      case ArrayNode array -> {
        int index = last.equals("-") ? array.size() : index(last);
        if (index > array.size()) {
          throw refused("the list at " + path.head() + " has no place " + last);
        }
        array.insert(index, value);
      }
      default -> throw refused("there is nothing at " + path.head());
    }
  }

  private static JsonNode remove(ObjectNode target, JsonPointer path) {
    JsonNode removed = existing(target, path);
    String last = last(path);
    switch (target.at(path.head())) {
      case ObjectNode object -> object.remove(last);
      case ArrayNode array -> array.remove(index(last));
      default -> throw refused("there is nothing at " + path.head());
    }
    return removed;
  }

  private static JsonNode existing(ObjectNode target, JsonPointer path) {
    JsonNode found = target.at(path);
    if (found.isMissingNode()) {
      throw refused("there is nothing at " + path);
    }
    return found;
  }

  private static JsonNode value(JsonNode operation) {
    if (!operation.has("value")) {
      throw refused("an operation lacks its value");
    }
    return operation.get("value");
  }

  private static JsonPointer from(JsonNode operation) {
    return pointer(Json.text(operation, "/from"));
  }

  private static JsonPointer pointer(String text) {
    try {
      JsonPointer pointer = JsonPointer.compile(text);
      if (!pointer.matches()) {
        return pointer;
      }
    } catch (IllegalArgumentException e) {
      throw refused("\"" + text + "\" is not a JSON pointer");
    }
    throw refused("the whole object cannot be patched");
  }

  private static String last(JsonPointer path) {
    return path.last().getMatchingProperty();
  }

  private static int index(String text) {
    try {
      return Integer.parseUnsignedInt(text);
    } catch (NumberFormatException e) {
      throw refused("\"" + text + "\" is not a place in a list");
    }
  }

  private static Refused refused(String why) {
    return Refused.badRequest("the JSON patch cannot be applied: " + why);
  }
}
