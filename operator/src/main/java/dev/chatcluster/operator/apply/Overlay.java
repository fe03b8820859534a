package dev.chatcluster.operator.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.operator.desired.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/**
 * A wanted spec laid over the actual one: what an API server, a webhook or somebody else has set
 * beside it stays. A pod template is wholly the wanted one when it is a new one, whose pods are
 * made anew anyway, since nothing else would tell what is wanted no longer. For the same reason the
 * specs of other kinds are wholly the wanted ones: nobody has a field of their own in those, but
 * for the class that the API server gives an Ingress without one, at its creation only.
 */
final class Overlay {
  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  private static final String CLASS = "ingressClassName";

  private Overlay() {}

  /** A copy of {@code actual} with the spec that is to be written. */
  @SuppressWarnings("unchecked")
  static <R extends HasMetadata> R of(R wanted, R actual) {
    ObjectNode merged = tree(actual);
    JsonNode spec = tree(wanted).path("spec");
    JsonNode template = spec.path("template");
    boolean another = !templateHash(template).equals(templateHash(merged.at("/spec/template")));
    boolean shared = wanted instanceof Deployment || wanted instanceof Service;
    if (wanted instanceof Ingress && !spec.has(CLASS) && merged.path("spec").has(CLASS)) {
      ((ObjectNode) spec).set(CLASS, merged.path("spec").get(CLASS));
    }
    merged.set("spec", shared ? lay(spec, merged.path("spec")) : spec);
    if (another && template.isObject()) {
      ((ObjectNode) merged.path("spec")).set("template", template);
    }
    return (R) SERIALIZATION.convertValue(merged, actual.getClass());
  }

  private static ObjectNode tree(Object object) {
    return SERIALIZATION.convertValue(object, ObjectNode.class);
  }

  private static String templateHash(JsonNode template) {
    return template.path("metadata").path("annotations").path(Labels.TEMPLATE_HASH).asText();
  }

  private static JsonNode lay(JsonNode wanted, JsonNode actual) {
    if (wanted.isObject() && actual.isObject()) {
      ObjectNode merged = actual.deepCopy();
      wanted
          .properties()
          .forEach(
              field ->
                  merged.set(
                      field.getKey(),
                      Difference.EXACT.contains(field.getKey())
                          ? field.getValue()
                          : lay(field.getValue(), actual.path(field.getKey()))));
      return merged;
    }
    if (wanted.isArray() && actual.isArray()) {
      ArrayNode merged = ((ArrayNode) wanted).arrayNode();
      for (int i = 0; i < wanted.size(); i++) {
        merged.add(
            sameName(wanted.get(i), actual.path(i))
                ? lay(wanted.get(i), actual.get(i))
                : wanted.get(i));
      }
      return merged;
    }
    return wanted;
  }

  /** Entries of a list are the same one when they are called the same. */
  private static boolean sameName(JsonNode wanted, JsonNode actual) {
    return actual.isObject() && wanted.path("name").equals(actual.path("name"));
  }
}
