package dev.chatcluster.operator.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.operator.desired.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where an object is not what is wanted. Only what is wanted is compared, since an API server adds
 * defaults and others their labels; that something is wanted no longer shows in the hash among the
 * annotations.
 */
public final class Difference {
  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  /** Maps in which an entry of somebody else would change what ours mean. */
  static final Set<String> EXACT = Set.of("selector", "matchLabels");

  private static final Set<String> QUANTITIES = Set.of("limits", "requests");
  private static final Set<String> QUANTITY = Set.of("sizeLimit", "divisor");

  private Difference() {}

  /** The first place where {@code actual} differs, as the end of a sentence; empty: nowhere. */
  public static Optional<String> between(HasMetadata wanted, HasMetadata actual) {
    return between(relevant(wanted), relevant(actual));
  }

  /** The same of parts of objects. */
  public static Optional<String> betweenParts(Object wanted, Object actual) {
    return between(tree(wanted), tree(actual));
  }

  private static Optional<String> between(JsonNode wanted, JsonNode actual) {
    if (find("", wanted, actual, false) == null) return Optional.empty();
    // A place says more to people than that a hash is another.
    for (String hash : List.of(Labels.SPEC_HASH, Labels.TEMPLATE_HASH)) {
      wanted.findParents(hash).forEach(parent -> ((ObjectNode) parent).remove(hash));
    }
    String place = find("", wanted, actual, false);
    return Optional.of(place == null ? "it has what is not wanted any more" : place);
  }

  private static JsonNode relevant(HasMetadata object) {
    ObjectNode whole = (ObjectNode) tree(object);
    ObjectNode metadata = (ObjectNode) whole.path("metadata");
    metadata.retain("labels", "annotations");
    ObjectNode relevant = whole.objectNode();
    relevant.set("spec", whole.path("spec"));
    relevant.set("metadata", metadata);
    return relevant;
  }

  private static JsonNode tree(Object object) {
    return SERIALIZATION.convertValue(object, JsonNode.class);
  }

  private static String find(String path, JsonNode wanted, JsonNode actual, boolean quantities) {
    if (actual == null || actual.isMissingNode() || actual.isNull()) {
      // An API server leaves out what says nothing.
      return saysNothing(wanted) ? null : path + " is missing";
    }
    if (wanted.isObject()) {
      for (Map.Entry<String, JsonNode> field : wanted.properties()) {
        String name = field.getKey();
        if (EXACT.contains(name) && field.getValue().size() != actual.path(name).size()) {
          return path + "." + name + " is another";
        }
        String found =
            find(
                path.isEmpty() ? name : path + "." + name,
                field.getValue(),
                actual.get(name),
                quantities
                    || QUANTITIES.contains(name) && field.getValue().isObject()
                    || QUANTITY.contains(name));
        if (found != null) return found;
      }
      return null;
    }
    if (wanted.isArray()) {
      if (wanted.size() != actual.size()) {
        return path + " has " + actual.size() + " entries instead of " + wanted.size();
      }
      for (int i = 0; i < wanted.size(); i++) {
        String found = find(path + "[" + i + "]", wanted.get(i), actual.get(i), quantities);
        if (found != null) return found;
      }
      return null;
    }
    boolean same =
        quantities
            ? Quantity.parse(wanted.asText()).equals(Quantity.parse(actual.asText()))
            : wanted.equals(actual);
    // The values themselves may be secrets, as in an environment variable.
    return same ? null : path + " is another";
  }

  private static boolean saysNothing(JsonNode wanted) {
    if (wanted.isContainerNode()) return wanted.isEmpty();
    return wanted.isNull() || wanted.asText().isEmpty() || wanted.asText().matches("0|false");
  }
}
