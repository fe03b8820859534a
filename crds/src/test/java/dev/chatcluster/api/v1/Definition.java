package dev.chatcluster.api.v1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The CustomResourceDefinition of the Java types: fabric8's generator does most of it, this adds
 * what it has no word for. The types are walked beside the schema, so that a rule stands at its
 * field and not in a list of paths.
 */
final class Definition {
  static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
              .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
              .build());

  /** Any quantity of Kubernetes, as the API server itself reads it, without a sign. */
  private static final String QUANTITY =
      "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(([KMGTPE]i)|[numkMGTPE]|([eE][+-]?[0-9]+))?$";

  private static final String BYTES = "^[0-9]{1,15}(k|M|G|Ki|Mi|Gi)?$";

  private static final String SHARE = "^([1-9][0-9]{0,2}|([1-9][0-9]?|100)%)$";

  private static final Map<String, String> CONDITION =
      Map.of(
          "type", "What the condition is about, for example Ready.",
          "status", "True, False or Unknown.",
          "reason", "One word for programs: why the status is what it is.",
          "message", "A sentence for people: what the matter is, and what to do.",
          "lastTransitionTime", "When the status last changed, RFC 3339 in UTC.",
          "observedGeneration", "The metadata.generation that this condition is about.");

  private Definition() {}

  static ObjectNode generate() {
    try {
      Path folder = Files.createTempDirectory("crd");
      new CRDGenerator()
          .customResourceClasses(ChatCluster.class)
          .inOutputDir(folder.toFile())
          .generate();
      Path file = folder.resolve("chatclusters.chatcluster.dev-v1.yml");
      var definition = (ObjectNode) YAML.readTree(file.toFile());
      Files.delete(file);
      Files.delete(folder);
      complete((ObjectNode) definition.at("/spec/versions/0"));
      return definition;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void complete(ObjectNode version) {
    version.replace("additionalPrinterColumns", columns());
    var root = (ObjectNode) version.at("/schema/openAPIV3Schema");
    describe(root, ChatCluster.class);
    root.putArray("required").add("spec");
    var fields = (ObjectNode) root.get("properties");
    standard(fields, "apiVersion", "string", "Always chatcluster.dev/v1.");
    standard(fields, "kind", "string", "Always ChatCluster.");
    standard(fields, "metadata", "object", null);
    record((ObjectNode) fields.get("spec"), ChatClusterSpec.class);
    record((ObjectNode) fields.get("status"), ChatClusterStatus.class);
    fields.get("spec").get("properties").forEach(Definition::defaultObject);
    wholeNumbers(version);
  }

  private static void standard(ObjectNode fields, String name, String type, String description) {
    var node = fields.putObject(name).put("type", type);
    if (description != null) node.put("description", description);
  }

  /** In the order of the annotations, which is the order in which kubectl prints them. */
  private static ArrayNode columns() {
    var columns = YAML.createArrayNode();
    for (var column : ChatCluster.class.getAnnotationsByType(AdditionalPrinterColumn.class)) {
      var node = columns.addObject();
      node.put("name", column.name());
      node.put("type", column.type().getValue());
      node.put("jsonPath", column.jsonPath());
      if (column.priority() > 0) node.put("priority", column.priority());
    }
    return columns;
  }

  private static void describe(ObjectNode node, Class<?> type) {
    var description = type.getAnnotation(JsonClassDescription.class);
    if (description != null && !node.has("description"))
      node.put("description", description.value());
  }

  /** Fields stand in the order of the Java type, the most important first. */
  private static void record(ObjectNode node, Class<?> type) {
    describe(node, type);
    rulesOnce(node);
    var sorted = (ObjectNode) node.get("properties");
    var properties = node.putObject("properties");
    for (RecordComponent component : type.getRecordComponents()) {
      var property = (ObjectNode) sorted.get(component.getName());
      properties.set(component.getName(), property);
      rulesOnce(property);
      value(property, component.getGenericType());
      annotations(property, field(type, component.getName()));
    }
  }

  private static Field field(Class<?> type, String name) {
    try {
      return type.getDeclaredField(name);
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void value(ObjectNode node, Type type) {
    if (type == Integer.class) node.put("format", "int32");
    if (type == Long.class) node.put("format", "int64");
    if (type == Quantity.class && !node.has("pattern"))
      node.put("pattern", QUANTITY).put("maxLength", 32);
    if (type == Condition.class) condition(node);
    if (type instanceof Class<?> c && c.isRecord()) record(node, c);
    if (type instanceof ParameterizedType generic) {
      Type element = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
      boolean list = generic.getRawType() == List.class;
      value((ObjectNode) node.get(list ? "items" : "additionalProperties"), element);
      if (!list) return;
      if (element == Condition.class) {
        node.put("x-kubernetes-list-type", "map");
        node.putArray("x-kubernetes-list-map-keys").add("type");
      } else {
        node.put("x-kubernetes-list-type", element == String.class ? "set" : "atomic");
      }
    }
  }

  private static void annotations(ObjectNode node, Field field) {
    if (field.isAnnotationPresent(PodTemplate.class)) {
      node.retain("description");
      node.put("type", "object").put("x-kubernetes-preserve-unknown-fields", true);
    }
    if (field.isAnnotationPresent(Share.class)) {
      node.put("pattern", SHARE).put("maxLength", 4);
      var rule = node.putArray("x-kubernetes-validations").addObject();
      rule.put("rule", "string(self).matches('%s')".formatted(SHARE));
      rule.put("message", "must be a number from 1 to 999, or a percentage from 1% to 100%");
    }
    var oneOf = field.getAnnotation(OneOf.class);
    if (oneOf != null) {
      var values = node.putArray("enum");
      for (String value : oneOf.value()) values.add(value);
    }
    var bytes = field.getAnnotation(ByteSize.class);
    if (bytes != null) {
      node.put("pattern", BYTES).put("maxLength", 20);
      var rule = node.withArray("x-kubernetes-validations").addObject();
      rule.put(
          "rule",
          "quantity(string(self)).compareTo(quantity('%s')) >= 0 && quantity(string(self)).compareTo(quantity('%s')) <= 0"
              .formatted(bytes.min(), bytes.max()));
      rule.put(
          "message", "must be a number of bytes from %s to %s".formatted(bytes.min(), bytes.max()));
    }
  }

  /** As metav1.Condition has it, which fabric8's class does not say. */
  private static void condition(ObjectNode node) {
    var fields = (ObjectNode) node.get("properties");
    CONDITION.forEach((name, text) -> ((ObjectNode) fields.get(name)).put("description", text));
    ((ObjectNode) fields.get("status")).putArray("enum").add("True").add("False").add("Unknown");
    ((ObjectNode) fields.get("lastTransitionTime")).put("format", "date-time");
    ((ObjectNode) fields.get("observedGeneration")).put("format", "int64").put("minimum", 0);
    ((ObjectNode) fields.get("type")).put("maxLength", 316);
    ((ObjectNode) fields.get("reason")).put("minLength", 1).put("maxLength", 1024);
    ((ObjectNode) fields.get("message")).put("maxLength", 32768);
    var required = node.putArray("required");
    for (String name : List.of("lastTransitionTime", "message", "reason", "status", "type"))
      required.add(name);
  }

  /** fabric8 finds an annotation of a record component twice: at the field and at the accessor. */
  private static void rulesOnce(ObjectNode node) {
    var rules = node.get("x-kubernetes-validations");
    if (rules == null) return;
    Set<JsonNode> once = new LinkedHashSet<>();
    rules.forEach(once::add);
    node.putArray("x-kubernetes-validations").addAll(once);
  }

  /**
   * A default inside an object that is absent only counts when the object itself has one, and the
   * API server holds that one to the object's rules as it stands, so it is written out in full.
   */
  private static void defaultObject(JsonNode node) {
    if (!node.has("properties")) return;
    var value = YAML.createObjectNode();
    for (var property : node.get("properties").properties()) {
      defaultObject(property.getValue());
      var inside = property.getValue().get("default");
      if (inside != null) value.set(property.getKey(), inside);
    }
    if (!value.isEmpty() && !node.has("required")) ((ObjectNode) node).set("default", value);
  }

  /** The generator writes 1000.0 where it means 1000. */
  private static void wholeNumbers(JsonNode node) {
    if (node instanceof ObjectNode object)
      for (String bound : List.of("minimum", "maximum"))
        if (object.path(bound).isDouble()) object.put(bound, object.get(bound).asLong());
    node.forEach(Definition::wholeNumbers);
  }
}
