package dev.chatcluster.quickstart.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Kubernetes' strategic merge for the built-in kinds: as {@link MergePatch}, but lists of objects
 * that have a key are merged item by item, and {@code $patch}, {@code $setElementOrder} and {@code
 * $deleteFromPrimitiveList} are understood.
 */
public final class StrategicMergePatch {
  private static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry("conditions", "type"),
          Map.entry("containers", "name"),
          Map.entry("env", "name"),
          Map.entry("ephemeralContainers", "name"),
          Map.entry("hostAliases", "ip"),
          Map.entry("imagePullSecrets", "name"),
          Map.entry("initContainers", "name"),
          Map.entry("ownerReferences", "uid"),
          Map.entry("topologySpreadConstraints", "topologyKey"),
          Map.entry("volumeDevices", "devicePath"),
          Map.entry("volumeMounts", "mountPath"),
          Map.entry("volumes", "name"));

  private static final String ORDER = "$setElementOrder/";
  private static final String DELETE_PRIMITIVES = "$deleteFromPrimitiveList/";

  private StrategicMergePatch() {}

  /** The target, which is changed. */
  public static ObjectNode apply(ObjectNode target, ObjectNode patch) {
    if (Json.text(patch, "/$patch").equals("replace")) {
      target.removeAll();
    }
    for (Map.Entry<String, JsonNode> field : patch.properties()) {
      String name = field.getKey();
      JsonNode value = field.getValue();
      if (name.startsWith(DELETE_PRIMITIVES)) {
        deletePrimitives(target.get(name.substring(DELETE_PRIMITIVES.length())), value);
      } else if (name.startsWith("$")) {
        continue;
      } else if (value.isNull() || Json.text(value, "/$patch").equals("delete")) {
        target.remove(name);
      } else if (value instanceof ObjectNode part) {
        ObjectNode into = target.get(name) instanceof ObjectNode there ? there : Json.object();
        target.set(name, apply(into, part));
      } else if (value instanceof ArrayNode items && key(name, items) != null) {
        ArrayNode into = target.get(name) instanceof ArrayNode there ? there : items.arrayNode();
        merge(into, items, key(name, items));
        order(into, patch.path(ORDER + name), key(name, items));
        target.set(name, into);
      } else if (value instanceof ArrayNode items && name.equals("finalizers")) {
        ArrayNode into = target.withArray(name);
        for (JsonNode item : items) {
          if (!contains(into, item)) {
            into.add(item);
          }
        }
      } else {
        target.set(name, value);
      }
    }
    return target;
  }

  private static String key(String field, ArrayNode items) {
    if (field.equals("ports")) {
      boolean ofContainer = !items.isEmpty() && items.get(0).has("containerPort");
      return ofContainer ? "containerPort" : "port";
    }
    return KEYS.get(field);
  }

  private static void merge(ArrayNode into, ArrayNode items, String key) {
    for (JsonNode item : items) {
      if (Json.text(item, "/$patch").equals("replace")) {
        into.removeAll();
        continue;
      }
      int at = indexOf(into, item.path(key), key);
      if (Json.text(item, "/$patch").equals("delete")) {
        if (at >= 0) {
          into.remove(at);
        }
      } else if (at >= 0 && into.get(at) instanceof ObjectNode there) {
        apply(there, Json.objectOf(item));
      } else {
        into.add(apply(Json.object(), Json.objectOf(item)));
      }
    }
  }

  private static void order(ArrayNode list, JsonNode wanted, String key) {
    if (!wanted.isArray()) {
      return;
    }
    ArrayNode ordered = list.arrayNode();
    for (JsonNode item : wanted) {
      int at = indexOf(list, item.path(key), key);
      if (at >= 0) {
        ordered.add(list.remove(at));
      }
    }
    ordered.addAll(list);
    list.removeAll();
    list.addAll(ordered);
  }

  private static void deletePrimitives(JsonNode list, JsonNode values) {
    if (list instanceof ArrayNode array) {
      for (int i = array.size() - 1; i >= 0; i--) {
        if (contains(values, array.get(i))) {
          array.remove(i);
        }
      }
    }
  }

  private static int indexOf(ArrayNode list, JsonNode value, String key) {
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).path(key).equals(value)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean contains(JsonNode list, JsonNode value) {
    for (JsonNode item : list) {
      if (item.equals(value)) {
        return true;
      }
    }
    return false;
  }
}
