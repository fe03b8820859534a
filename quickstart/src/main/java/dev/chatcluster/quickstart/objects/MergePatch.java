package dev.chatcluster.quickstart.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** RFC 7396: objects are merged, null removes, everything else replaces. */
public final class MergePatch {
  private MergePatch() {}

  /** The target, which is changed. */
  public static ObjectNode apply(ObjectNode target, ObjectNode patch) {
    for (Map.Entry<String, JsonNode> field : patch.properties()) {
      String name = field.getKey();
      if (field.getValue().isNull()) {
        target.remove(name);
      } else if (field.getValue() instanceof ObjectNode part) {
        ObjectNode into =
            target.get(name) instanceof ObjectNode there ? there : target.objectNode();
        target.set(name, apply(into, part));
      } else {
        target.set(name, field.getValue());
      }
    }
    return target;
  }
}
