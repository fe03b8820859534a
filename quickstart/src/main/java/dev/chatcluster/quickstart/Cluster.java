package dev.chatcluster.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.Key;
import dev.chatcluster.quickstart.objects.ResourceType;
import dev.chatcluster.quickstart.objects.ResourceTypes;
import dev.chatcluster.quickstart.objects.Resources;
import dev.chatcluster.quickstart.objects.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What stands in the API from the beginning: namespaces, the node, the CRD, the example. */
public final class Cluster {
  private static final String CHAT_CLUSTERS = "chatclusters.chatcluster.dev";

  private final Resources resources;

  public Cluster(Resources resources) {
    this.resources = resources;
  }

  /**
   * Makes the namespaces, the node and the CRD.
   *
   * @param crd file of the definition; an older one is replaced
   */
  public void prepare(Path crd) throws IOException {
    for (String name : List.of("default", "kube-system")) {
      createIfAbsent(ResourceTypes.NAMESPACES, named("v1", "Namespace", name));
    }
    createIfAbsent(ResourceTypes.NODES, named("v1", "Node", "quickstart"));
    ObjectNode wanted = Json.read(Files.readAllBytes(crd));
    createIfAbsent(ResourceTypes.CRDS, wanted.deepCopy());
    resources.update(
        ResourceTypes.CRDS,
        ResourceTypes.CRDS.key("", Json.name(wanted)),
        Resources.Part.ALL_BUT_STATUS,
        old -> {
          old.set("spec", wanted.get("spec"));
          return old;
        },
        WriteOptions.plain());
  }

  private static ObjectNode named(String apiVersion, String kind, String name) {
    ObjectNode object = Json.object(apiVersion, kind);
    Json.metadata(object).put("name", name);
    return object;
  }

  private void createIfAbsent(ResourceType type, ObjectNode object) {
    if (resources.store().get(type.key("", Json.name(object))).isEmpty()) {
      resources.create(type, "", object, WriteOptions.plain());
    }
  }

  /** What was ready when the quickstart ended is not any more. */
  void forgetReadiness() {
    for (ObjectNode pod : resources.store().list(ResourceTypes.PODS.id())) {
      Key key = ResourceTypes.PODS.key(Json.namespace(pod), Json.name(pod));
      resources.updateStatus(
          ResourceTypes.PODS,
          key,
          copy -> {
            for (JsonNode condition : copy.at("/status/conditions")) {
              if (Json.text(condition, "/type").endsWith("Ready")) {
                Json.objectOf(condition)
                    .put("status", "False")
                    .put("lastTransitionTime", Json.now());
              }
            }
            return copy;
          });
    }
  }

  /** Applies the example when there is no ChatCluster at all. */
  void applyExample(Path example, String bootstrapServers) throws IOException {
    if (!clusters().isEmpty()) {
      return;
    }
    for (ObjectNode object : Json.readAll(Files.readAllBytes(example))) {
      if (object.at("/spec/kafka") instanceof ObjectNode kafka) {
        kafka.put("bootstrapServers", bootstrapServers);
      }
      resources.create(chatClusters(), "default", object, WriteOptions.plain());
    }
  }

  /** ChatClusters on the quickstart's Kafka follow it to another port. */
  void follow(String before, String now) {
    for (ObjectNode cluster : clusters()) {
      if (Json.text(cluster, "/spec/kafka/bootstrapServers").equals(before)) {
        resources.update(
            chatClusters(),
            new Key(CHAT_CLUSTERS, Json.namespace(cluster), Json.name(cluster)),
            Resources.Part.ALL_BUT_STATUS,
            copy -> {
              Json.child(Json.child(copy, "spec"), "kafka").put("bootstrapServers", now);
              return copy;
            },
            WriteOptions.plain());
      }
    }
  }

  /** What {@code kubectl scale} does. */
  public void scale(String namespace, String name, int partitions) {
    resources.update(
        chatClusters(),
        new Key(CHAT_CLUSTERS, namespace, name),
        Resources.Part.ALL_BUT_STATUS,
        copy -> {
          Json.child(copy, "spec").put("partitions", partitions);
          return copy;
        },
        WriteOptions.plain());
  }

  /** All ChatClusters. */
  public List<ObjectNode> clusters() {
    return resources.store().list(CHAT_CLUSTERS);
  }

  /** The Ready condition of a ChatCluster, once the operator has written one for its spec. */
  public static Optional<JsonNode> readiness(JsonNode cluster) {
    for (JsonNode condition : cluster.at("/status/conditions")) {
      if (Json.text(condition, "/type").equals("Ready")
          && condition.path("observedGeneration").asLong(-1)
              == cluster.at("/metadata/generation").asLong()) {
        return Optional.of(condition);
      }
    }
    return Optional.empty();
  }

  private ResourceType chatClusters() {
    return resources.types().byId(CHAT_CLUSTERS).orElseThrow();
  }
}
