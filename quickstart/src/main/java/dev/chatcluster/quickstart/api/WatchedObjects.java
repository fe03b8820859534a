package dev.chatcluster.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.objects.Change;
import dev.chatcluster.quickstart.objects.Json;
import dev.chatcluster.quickstart.objects.ObjectStore;
import dev.chatcluster.quickstart.objects.Refused;
import dev.chatcluster.quickstart.objects.ResourceType;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What a watch is about.
 *
 * @param namespace empty for all
 * @param from version to go on after; 0 to begin with what is there
 * @param tables whether objects are wanted as rows
 * @param markInitial whether a bookmark is wanted after what was there at the beginning
 */
record WatchedObjects(
    ObjectStore store,
    ResourceType type,
    String namespace,
    Predicate<JsonNode> selected,
    long from,
    boolean tables,
    boolean markInitial) {

  /**
   * Begins to give events to a consumer, which is called with the store's monitor held.
   *
   * @throws Refused when the version is too old
   */
  ObjectStore.Watch start(Consumer<ObjectNode> consumer) {
    synchronized (store) {
      long after = from;
      if (from == 0 || markInitial) {
        ObjectStore.Snapshot now = store.list(type.id(), namespace);
        now.objects().stream()
            .filter(selected)
            .forEach(object -> consumer.accept(event("ADDED", object)));
        after = now.version();
        if (markInitial) {
          consumer.accept(initialEnd(after));
        }
      }
      return store.watch(
          key ->
              key.type().equals(type.id())
                  && (namespace.isEmpty() || key.namespace().equals(namespace)),
          after,
          change -> tell(change, consumer));
    }
  }

  private void tell(Change change, Consumer<ObjectNode> consumer) {
    boolean was = change.before() != null && selected.test(change.before());
    boolean is = change.kind() != Change.Kind.DELETED && selected.test(change.object());
    if (is) {
      consumer.accept(event(was ? "MODIFIED" : "ADDED", change.object()));
    } else if (was) {
      consumer.accept(event("DELETED", change.object()));
    }
  }

  private ObjectNode event(String kind, ObjectNode object) {
    JsonNode shown =
        tables
            ? Tables.of(
                type,
                List.of(object),
                Long.parseLong(Json.text(object, "/metadata/resourceVersion")))
            : object;
    return Json.object().put("type", kind).set("object", shown);
  }

  private ObjectNode initialEnd(long version) {
    ObjectNode mark = Json.object(type.apiVersion(), type.kind());
    ObjectNode metadata = mark.putObject("metadata").put("resourceVersion", "" + version);
    metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
    return Json.object().put("type", "BOOKMARK").set("object", mark);
  }
}
