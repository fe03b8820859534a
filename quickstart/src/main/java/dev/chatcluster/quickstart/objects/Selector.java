package dev.chatcluster.quickstart.objects;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Label and field selectors, as they stand in a request or in a Service. */
public final class Selector {
  private static final Pattern SET =
      Pattern.compile("\\s*(\\S+)\\s+(in|notin)\\s+\\(([^)]*)\\)\\s*");
  private static final Pattern EQUALITY =
      Pattern.compile("\\s*([^=!\\s]+)\\s*(==|=|!=)\\s*([^=!\\s]*)\\s*");

  private Selector() {}

  /**
   * Objects whose labels fit.
   *
   * @param text for example {@code app=chat,tier!=cache,zone in (a,b),!old}; empty for all
   * @throws Refused when it cannot be read
   */
  public static Predicate<JsonNode> labels(String text) {
    Predicate<JsonNode> all = object -> true;
    for (String part : split(text)) {
      all = all.and(label(part));
    }
    return all;
  }

  /**
   * Objects whose fields fit.
   *
   * @param text for example {@code metadata.name=studyhub,type!=Normal}; empty for all
   * @throws Refused when it cannot be read
   */
  public static Predicate<JsonNode> fields(String text) {
    Predicate<JsonNode> all = object -> true;
    for (String part : split(text)) {
      Matcher m = EQUALITY.matcher(part);
      if (!m.matches()) {
        throw Refused.badRequest("the field selector \"" + text + "\" cannot be read");
      }
      String pointer = "/" + m.group(1).replace('.', '/');
      String value = m.group(3);
      boolean equal = !m.group(2).equals("!=");
      all = all.and(object -> Json.text(object, pointer).equals(value) == equal);
    }
    return all;
  }

  /** Whether the labels have every pair of a Service's or Deployment's selector. */
  public static boolean matches(JsonNode selector, JsonNode object) {
    JsonNode labels = object.at("/metadata/labels");
    for (Map.Entry<String, JsonNode> pair : selector.properties()) {
      if (!pair.getValue().equals(labels.path(pair.getKey()))) {
        return false;
      }
    }
    return !selector.isEmpty();
  }

  private static Predicate<JsonNode> label(String part) {
    Matcher set = SET.matcher(part);
    if (set.matches()) {
      List<String> values = Arrays.stream(set.group(3).split(",")).map(String::trim).toList();
      boolean in = set.group(2).equals("in");
      return object -> {
        JsonNode value = value(object, set.group(1));
        return (value != null && values.contains(value.asText())) == in;
      };
    }
    Matcher equality = EQUALITY.matcher(part);
    if (equality.matches()) {
      boolean equal = !equality.group(2).equals("!=");
      return object -> {
        JsonNode value = value(object, equality.group(1));
        return (value != null && value.asText().equals(equality.group(3))) == equal;
      };
    }
    String name = part.trim();
    if (name.startsWith("!")) {
      return object -> value(object, name.substring(1).trim()) == null;
    }
    if (name.contains(" ") || name.contains("(")) {
      throw Refused.badRequest("the label selector \"" + part + "\" cannot be read");
    }
    return object -> value(object, name) != null;
  }

  private static JsonNode value(JsonNode object, String label) {
    return object.at("/metadata/labels").get(label);
  }

  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ',';
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (i == text.length() || (c == ',' && depth == 0)) {
        if (!text.substring(from, i).isBlank()) {
          parts.add(text.substring(from, i));
        }
        from = i + 1;
      }
    }
    return parts;
  }
}
