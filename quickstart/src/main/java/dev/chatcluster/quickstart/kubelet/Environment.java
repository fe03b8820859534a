package dev.chatcluster.quickstart.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.Key;
import dev.chatcluster.quickstart.objects.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A container's environment, with what it takes from the pod, ConfigMaps and Secrets. */
final class Environment {
  private static final Pattern REFERENCE = Pattern.compile("\\$(?:\\$|\\(([^)]*)\\))");

  private Environment() {}

  /**
   * The variables.
   *
   * @throws IllegalStateException when something it names is not there; the message says what
   */
  static Map<String, String> of(ObjectNode pod, JsonNode container, ObjectStore store) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (JsonNode variable : container.path("env")) {
      String value =
          variable.has("valueFrom")
              ? from(variable.path("valueFrom"), pod, store)
              : expand(Json.text(variable, "/value"), variables);
      if (value != null) {
        variables.put(Json.text(variable, "/name"), value);
      }
    }
    return variables;
  }

  /** {@code $(NAME)} stands for a variable before it, and {@code $$} for one {@code $}. */
  static String expand(String value, Map<String, String> variables) {
    return REFERENCE
        .matcher(value)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    found.group(1) == null
                        ? "$"
                        : variables.getOrDefault(found.group(1), found.group())));
  }

  private static String from(JsonNode source, ObjectNode pod, ObjectStore store) {
    if (source.has("fieldRef")) {
      return field(Json.text(source, "/fieldRef/fieldPath"), pod);
    }
    if (source.has("configMapKeyRef")) {
      return key(source.path("configMapKeyRef"), "configmaps", pod, store);
    }
    if (source.has("secretKeyRef")) {
      String encoded = key(source.path("secretKeyRef"), "secrets", pod, store);
      return encoded == null
          ? null
          : new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    }
    throw new IllegalStateException("the quickstart does not know the variable source " + source);
  }

  private static String field(String path, ObjectNode pod) {
    return switch (path) {
      case "status.podIP", "status.hostIP" -> "127.0.0.1";
      default -> {
        int bracket = path.indexOf("['");
        if (bracket > 0) {
          String map = "/" + path.substring(0, bracket).replace('.', '/');
          yield pod.at(map).path(path.substring(bracket + 2, path.length() - 2)).asText();
        }
        yield Json.text(pod, "/" + path.replace('.', '/'));
      }
    };
  }

  private static String key(JsonNode reference, String type, ObjectNode pod, ObjectStore store) {
    String name = Json.text(reference, "/name");
    String key = Json.text(reference, "/key");
    JsonNode value =
        store
            .get(new Key(type, Json.namespace(pod), name))
            .map(o -> o.path("data").get(key))
            .orElse(null);
    if (value == null && !reference.path("optional").asBoolean()) {
      throw new IllegalStateException(
          "couldn't find key %s in %s %s/%s".formatted(key, type, Json.namespace(pod), name));
    }
    return value == null ? null : value.asText();
  }
}
