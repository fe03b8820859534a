package dev.chatcluster.quickstart.objects;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.schema.CustomSchema;
import java.util.List;
import java.util.Optional;

/**
 * A kind of object that the API serves.
 *
 * @param group empty for the core group
 * @param scale where the scale subresource finds its numbers; empty when it has none
 * @param schema what an object must look like; empty for the built-in kinds, whose fields are not
 *     checked
 * @param columns of a table, as a CRD declares them; empty for the built-in kinds
 */
public record ResourceType(
    String group,
    String version,
    String plural,
    String singular,
    String kind,
    boolean namespaced,
    List<String> shortNames,
    List<String> categories,
    boolean hasStatus,
    Optional<Scale> scale,
    Optional<CustomSchema> schema,
    List<ObjectNode> columns) {

  /** JSON pointers of the scale subresource's fields. */
  public record Scale(String specReplicas, String statusReplicas, String selector) {}

  /** Plural and group, for example {@code deployments.apps}. */
  public String id() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  /** For example {@code apps/v1}. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  public Key key(String namespace, String name) {
    return new Key(id(), namespaced ? namespace : "", name);
  }

  boolean countsGenerations() {
    return schema.isPresent() || group.equals("apps") || group.equals("policy");
  }
}
