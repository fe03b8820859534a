package dev.chatcluster.quickstart.objects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Kubernetes objects as JSON trees: reading, writing, and the few fields that all have. */
public final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final YAMLMapper YAML = new YAMLMapper();

  private Json() {}

  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** An empty object with kind and apiVersion. */
  public static ObjectNode object(String apiVersion, String kind) {
    return object().put("kind", kind).put("apiVersion", apiVersion);
  }

  /**
   * Reads JSON, or YAML, of which JSON is a part.
   *
   * @throws Refused when it is neither, or not an object
   */
  public static ObjectNode read(byte[] bytes) {
    return objectOf(parse(bytes));
  }

  /**
   * Reads any JSON or YAML value.
   *
   * @throws Refused when it is neither
   */
  public static JsonNode parse(byte[] bytes) {
    try {
      return MAPPER.readTree(bytes);
    } catch (IOException notJson) {
      try {
        return YAML.readTree(bytes);
      } catch (IOException e) {
        throw Refused.badRequest("the body is neither JSON nor YAML: " + e.getMessage());
      }
    }
  }

  /** All documents of a YAML file, without the empty ones. */
  public static List<ObjectNode> readAll(byte[] yaml) throws IOException {
    List<ObjectNode> all = new ArrayList<>();
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
      while (documents.hasNext()) {
        if (documents.next() instanceof ObjectNode document) {
          all.add(document);
        }
      }
    }
    return all;
  }

  public static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The tree as an object.
   *
   * @throws Refused when it is something else
   */
  public static ObjectNode objectOf(JsonNode node) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw Refused.badRequest("the body must be an object");
  }

  /** The object at a field, made when it is absent or null. */
  public static ObjectNode child(ObjectNode parent, String field) {
    if (parent.get(field) instanceof ObjectNode child) {
      return child;
    }
    return parent.putObject(field);
  }

  public static ObjectNode metadata(ObjectNode object) {
    return child(object, "metadata");
  }

  public static String name(JsonNode object) {
    return text(object, "/metadata/name");
  }

  public static String namespace(JsonNode object) {
    return text(object, "/metadata/namespace");
  }

  public static String uid(JsonNode object) {
    return text(object, "/metadata/uid");
  }

  public static boolean isBeingDeleted(JsonNode object) {
    return !text(object, "/metadata/deletionTimestamp").isEmpty();
  }

  /** The text at a JSON pointer, empty when there is none. */
  public static String text(JsonNode node, String pointer) {
    return node.at(pointer).asText("");
  }

  /** The present as the API writes it: UTC, whole seconds. */
  public static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  public static ObjectNode ownerReference(ObjectNode owner) {
    return object(text(owner, "/apiVersion"), text(owner, "/kind"))
        .put("name", name(owner))
        .put("uid", uid(owner))
        .put("controller", true)
        .put("blockOwnerDeletion", true);
  }

  public static boolean isOwnedBy(JsonNode object, JsonNode owner) {
    for (JsonNode reference : object.at("/metadata/ownerReferences")) {
      if (Objects.equals(text(reference, "/uid"), uid(owner))) {
        return true;
      }
    }
    return false;
  }
}
