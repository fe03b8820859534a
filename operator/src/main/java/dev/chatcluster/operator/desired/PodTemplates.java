package dev.chatcluster.operator.desired;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What a user adds to the pods, laid over what the operator wants them to be. */
public final class PodTemplates {
  private static final String FIELD = "spec.consumer.podTemplate";
  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  /** The lists of a pod template whose entries are told apart, and by what. */
  private static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry("containers", "name"),
          Map.entry("initContainers", "name"),
          Map.entry("volumes", "name"),
          Map.entry("env", "name"),
          Map.entry("ports", "containerPort"),
          Map.entry("volumeMounts", "mountPath"),
          Map.entry("volumeDevices", "devicePath"),
          Map.entry("imagePullSecrets", "name"),
          Map.entry("hostAliases", "ip"),
          Map.entry("topologySpreadConstraints", "topologyKey"),
          Map.entry("resourceClaims", "name"));

  private static final Set<String> OF_THE_POD =
      Set.of("terminationGracePeriodSeconds", "enableServiceLinks", "restartPolicy");
  private static final Set<String> OF_THE_CONTAINER =
      Set.of(
          "image",
          "imagePullPolicy",
          "resources",
          "terminationMessagePath",
          "terminationMessagePolicy");
  private static final Set<String> PROBES =
      Set.of("startupProbe", "readinessProbe", "livenessProbe");
  private static final Set<String> PROBED = Set.of("httpGet", "exec", "tcpSocket", "grpc");

  /** Fields that no pod template has are an error here; the types would keep them unseen. */
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated any) {
                  return false;
                }
              })
          .build();

  private final JsonNode ours;
  private final JsonNode users;
  private final List<String> reserved = new ArrayList<>();

  private PodTemplates(JsonNode ours, JsonNode users) {
    this.ours = ours;
    this.users = users;
  }

  /** What is wrong with a user's template, a sentence; empty when it can be read as one. */
  public static Optional<String> problem(JsonNode users) {
    if (users == null || users.isNull()) return Optional.empty();
    if (!users.isObject()) {
      return Optional.of(FIELD + " is " + users + ": write it as the template of a Deployment");
    }
    try {
      STRICT.treeToValue(users, PodTemplateSpec.class);
      return Optional.empty();
    } catch (UnrecognizedPropertyException e) {
      return Optional.of(FIELD + " has " + path(e) + ": a pod template has no such field");
    } catch (JsonMappingException e) {
      return Optional.of(FIELD + " " + path(e) + " cannot be read: " + e.getOriginalMessage());
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return Optional.of(FIELD + " cannot be read: " + e.getMessage());
    }
  }

  /** The operator's template with the user's laid over it, but for what is reserved. */
  static PodTemplateSpec laid(PodTemplateSpec ours, JsonNode users) {
    if (users == null || users.isNull()) return ours;
    JsonNode tree = tree(ours);
    JsonNode merged = merge("", tree, new PodTemplates(tree, users.deepCopy()).withoutReserved());
    return SERIALIZATION.convertValue(merged, PodTemplateSpec.class);
  }

  /** The places in the user's template that are passed over, in its order. */
  static List<String> reserved(PodTemplateSpec ours, JsonNode users) {
    if (users == null || users.isNull()) return List.of();
    PodTemplates templates = new PodTemplates(tree(ours), users.deepCopy());
    templates.withoutReserved();
    return templates.reserved;
  }

  private static JsonNode tree(PodTemplateSpec template) {
    return SERIALIZATION.convertValue(template, JsonNode.class);
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : "." + r.getFieldName())
        .collect(Collectors.joining())
        .replaceFirst("^\\.", "");
  }

  private JsonNode withoutReserved() {
    dropNull(users, "", Set.of("metadata", "spec"));
    dropNull(users.path("metadata"), "metadata", Set.of("labels", "annotations"));
    dropNull(users.path("spec"), "spec", Set.of("volumes", "containers"));
    drop(
        users.path("metadata"),
        "metadata",
        name -> !Set.of("labels", "annotations").contains(name));
    drop(users.at("/metadata/labels"), "metadata.labels", Labels::own);
    drop(users.at("/metadata/annotations"), "metadata.annotations", Labels::own);
    JsonNode pod = users.path("spec");
    drop(pod, "spec", OF_THE_POD::contains);
    drop(pod, "spec", "volumes", "name", names(ours.at("/spec/volumes"), "name")::contains);
    for (JsonNode container : pod.path("containers")) {
      if (container.path("name").asText().equals("consumer")) container(container);
    }
    return users;
  }

  private void container(JsonNode container) {
    String at = "spec.containers[consumer]";
    JsonNode own = ours.at("/spec/containers/0");
    drop(container, at, OF_THE_CONTAINER::contains);
    dropNull(container, at, Set.of("env", "ports", "volumeMounts"));
    dropNull(container, at, PROBES);
    for (String probe : PROBES) drop(container.path(probe), at + "." + probe, PROBED::contains);
    Set<String> variables = names(own.path("env"), "name");
    drop(container, at, "env", "name", n -> n.startsWith("CHAT_") || variables.contains(n));
    drop(container, at, "ports", "name", names(own.path("ports"), "name")::contains);
    drop(
        container,
        at,
        "ports",
        "containerPort",
        names(own.path("ports"), "containerPort")::contains);
    drop(
        container,
        at,
        "volumeMounts",
        "mountPath",
        names(own.path("volumeMounts"), "mountPath")::contains);
  }

  private void drop(JsonNode object, String at, Predicate<String> which) {
    if (!(object instanceof ObjectNode fields)) return;
    List<String> names = new ArrayList<>();
    fields.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      if (!which.test(name)) continue;
      fields.remove(name);
      String within = at.isEmpty() ? "" : name.indexOf('.') < 0 ? at + "." : at + " ";
      reserved.add(within + name);
    }
  }

  /** What has something of the operator's in it cannot be taken away as a whole. */
  private void dropNull(JsonNode object, String at, Set<String> which) {
    drop(object, at, name -> which.contains(name) && object.get(name).isNull());
  }

  private void drop(JsonNode object, String at, String list, String key, Predicate<String> which) {
    if (!(object.path(list) instanceof ArrayNode entries)) return;
    for (Iterator<JsonNode> each = entries.iterator(); each.hasNext(); ) {
      String name = each.next().path(key).asText();
      if (!which.test(name)) continue;
      each.remove();
      reserved.add(at + "." + list + "[" + name + "]");
    }
  }

  private static Set<String> names(JsonNode list, String key) {
    Set<String> names = new HashSet<>();
    list.forEach(entry -> names.add(entry.path(key).asText()));
    return names;
  }

  private static JsonNode merge(String field, JsonNode ours, JsonNode users) {
    if (ours instanceof ObjectNode object && users.isObject()) {
      ObjectNode merged = object.deepCopy();
      for (Map.Entry<String, JsonNode> each : users.properties()) {
        String name = each.getKey();
        if (each.getValue().isNull()) merged.remove(name);
        else merged.set(name, merge(name, merged.path(name), each.getValue()));
      }
      return merged;
    }
    if (ours instanceof ArrayNode list && users.isArray() && KEYS.containsKey(field)) {
      return mergeEntries(KEYS.get(field), list, users);
    }
    return users;
  }

  private static ArrayNode mergeEntries(String key, ArrayNode ours, JsonNode users) {
    ArrayNode merged = ours.deepCopy();
    for (JsonNode entry : users) {
      int same = 0;
      while (same < merged.size() && !merged.get(same).path(key).equals(entry.path(key))) same++;
      if (same < merged.size()) merged.set(same, merge("", merged.get(same), entry));
      else merged.add(entry);
    }
    return merged;
  }
}
