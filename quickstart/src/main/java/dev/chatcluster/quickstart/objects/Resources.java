package dev.chatcluster.quickstart.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.quickstart.schema.Violation;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Writing and deleting as the Kubernetes API does it, whoever writes. Thread-safe. */
public final class Resources {
  private static final List<String> SET_BY_US =
      List.of(
          "uid",
          "creationTimestamp",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "generation",
          "resourceVersion");

  private final ObjectStore store;
  private final ResourceTypes types;
  private final Defaults defaults;

  /** Which part of an object an update may change. */
  public enum Part {
    ALL_BUT_STATUS,
    STATUS
  }

  public Resources(ObjectStore store, ResourceTypes types) {
    this.store = store;
    this.types = types;
    this.defaults = new Defaults(store);
  }

  public ObjectStore store() {
    return store;
  }

  public ResourceTypes types() {
    return types;
  }

  /**
   * Creates an object.
   *
   * @param namespace of the request; ignored for a kind of the whole cluster
   * @param body taken over and changed
   * @throws Refused when its name is taken, its namespace is missing or it is invalid
   */
  public ObjectNode create(
      ResourceType type, String namespace, ObjectNode body, WriteOptions options) {
    WriteChecks.checkKind(type, body);
    ObjectNode metadata = Json.metadata(body);
    if (type.namespaced()) {
      String given = Json.namespace(body);
      if (!given.isEmpty() && !given.equals(namespace)) {
        throw Refused.badRequest(
            "the namespace of the provided object does not match the namespace sent on the request");
      }
      metadata.put("namespace", namespace);
    } else {
      metadata.remove("namespace");
    }
    String name = ObjectNames.nameFor(type, body);
    metadata.put("name", name);
    Key key = type.key(namespace, name);
    synchronized (store) {
      if (store.get(key).isPresent()) {
        throw Refused.alreadyExists(type, name);
      }
      WriteChecks.checkNamespace(store, type, namespace);
      SET_BY_US.forEach(metadata::remove);
      metadata.remove("managedFields");
      if (type.hasStatus()) {
        body.remove("status");
      }
      admit(type, body, Optional.empty(), options);
      metadata.put("uid", UUID.randomUUID().toString());
      metadata.put("creationTimestamp", Json.now());
      if (type.countsGenerations()) {
        metadata.put("generation", 1);
      }
      return options.dryRun() ? body : store.put(key, body);
    }
  }

  /**
   * Changes an object; nothing is written, and no version is used up, when it stays as it is.
   *
   * @param change gets a copy that it may change and gives back what is wanted; a resourceVersion
   *     in it that is not the present one is a conflict
   * @throws Refused when there is none, on a conflict, and when the result is invalid
   */
  public ObjectNode update(
      ResourceType type,
      Key key,
      Part part,
      UnaryOperator<ObjectNode> change,
      WriteOptions options) {
    synchronized (store) {
      ObjectNode old = existing(type, key);
      ObjectNode wanted = change.apply(old.deepCopy());
      WriteChecks.checkKind(type, wanted);
      WriteChecks.checkIdentity(type, key, old, wanted);
      ObjectNode next =
          part == Part.STATUS ? withStatus(old, wanted) : withoutStatus(type, old, wanted);
      ObjectNode metadata = Json.metadata(next);
      for (String field : SET_BY_US) {
        JsonNode value = old.path("metadata").get(field);
        if (value == null) {
          metadata.remove(field);
        } else {
          metadata.set(field, value);
        }
      }
      metadata.remove("managedFields");
      metadata.put("name", key.name());
      if (type.namespaced()) {
        metadata.put("namespace", key.namespace());
      }
      admit(type, next, Optional.of(old), options);
      if (next.equals(old)) {
        return old;
      }
      if (type.countsGenerations() && specChanged(old, next)) {
        metadata.put("generation", metadata.path("generation").asLong() + 1);
      }
      if (options.dryRun()) {
        return next;
      }
      if (Json.isBeingDeleted(next) && finalizers(next).isEmpty() && !runs(type, next)) {
        store.remove(key);
        return next;
      }
      return store.put(key, next);
    }
  }

  /** Changes the status only, if the object is still there. */
  public void updateStatus(ResourceType type, Key key, UnaryOperator<ObjectNode> change) {
    synchronized (store) {
      if (store.get(key).isPresent()) {
        update(type, key, Part.STATUS, change, WriteOptions.plain());
      }
    }
  }

  /**
   * Deletes an object: at once, or by marking it when a finalizer or a running container has to go
   * first. Objects that it owns follow.
   *
   * @param request the DeleteOptions
   * @return its last state
   * @throws Refused when there is none, or a precondition does not hold
   */
  public ObjectNode delete(ResourceType type, Key key, ObjectNode request, boolean dryRun) {
    synchronized (store) {
      ObjectNode old = existing(type, key);
      WriteChecks.checkPreconditions(type, key, old, request.path("preconditions"));
      if (dryRun) {
        return old;
      }
      if (Json.text(request, "/propagationPolicy").equals("Orphan")) {
        orphan(Json.uid(old));
      }
      JsonNode grace = request.path("gracePeriodSeconds");
      boolean waits = runs(type, old) && !(grace.isNumber() && grace.asLong() == 0);
      if (!waits && finalizers(old).isEmpty() && !type.id().equals(ResourceTypes.NAMESPACES.id())) {
        store.remove(key);
        return old;
      }
      return mark(type, key, old, waits ? grace : null);
    }
  }

  private ObjectNode mark(ResourceType type, Key key, ObjectNode old, JsonNode grace) {
    if (Json.isBeingDeleted(old)) {
      return old;
    }
    ObjectNode marked = old.deepCopy();
    ObjectNode metadata = Json.metadata(marked);
    metadata.put("deletionTimestamp", Json.now());
    if (grace != null) {
      long seconds =
          grace.isNumber()
              ? grace.asLong()
              : marked.at("/spec/terminationGracePeriodSeconds").asLong(30);
      metadata.put("deletionGracePeriodSeconds", seconds);
    }
    if (type.countsGenerations()) {
      metadata.put("generation", metadata.path("generation").asLong() + 1);
    }
    if (type.id().equals(ResourceTypes.NAMESPACES.id())) {
      Json.child(marked, "status").put("phase", "Terminating");
    }
    return store.put(key, marked);
  }

  private void orphan(String uid) {
    store
        .all()
        .forEach(
            (key, object) -> {
              ObjectNode copy = object.deepCopy();
              if (Json.metadata(copy).get("ownerReferences") instanceof Iterable<?> references) {
                boolean removed = false;
                for (Iterator<?> i = references.iterator(); i.hasNext(); ) {
                  if (i.next() instanceof JsonNode r && Json.text(r, "/uid").equals(uid)) {
                    i.remove();
                    removed = true;
                  }
                }
                if (removed) {
                  store.put(key, copy);
                }
              }
            });
  }

  private ObjectNode existing(ResourceType type, Key key) {
    return store.get(key).orElseThrow(() -> Refused.notFound(type, key.name()));
  }

  private void admit(
      ResourceType type, ObjectNode object, Optional<ObjectNode> old, WriteOptions options) {
    if (type.schema().isEmpty()) {
      defaults.complete(type, object, old);
      return;
    }
    List<String> unknown = type.schema().get().prune(object);
    if (!unknown.isEmpty() && options.unknownFields() == WriteOptions.UnknownFields.STRICT) {
      throw Refused.badRequest(
          "strict decoding error: "
              + String.join(", ", unknown.stream().map(Resources::unknownField).toList()));
    }
    if (options.unknownFields() == WriteOptions.UnknownFields.WARN) {
      unknown.forEach(field -> options.warnings().add(unknownField(field)));
    }
    type.schema().get().complete(object);
    List<Violation> violations = type.schema().get().check(object, old);
    if (!violations.isEmpty()) {
      throw Refused.invalid(type, Json.name(object), violations);
    }
  }

  private static String unknownField(String path) {
    return "unknown field \"" + path + "\"";
  }

  private static ObjectNode withStatus(ObjectNode old, ObjectNode wanted) {
    ObjectNode next = old.deepCopy();
    if (wanted.has("status")) {
      next.set("status", wanted.get("status"));
    } else {
      next.remove("status");
    }
    return next;
  }

  private static ObjectNode withoutStatus(ResourceType type, ObjectNode old, ObjectNode wanted) {
    if (type.hasStatus()) {
      if (old.has("status")) {
        wanted.set("status", old.get("status"));
      } else {
        wanted.remove("status");
      }
    }
    return wanted;
  }

  private static boolean specChanged(ObjectNode old, ObjectNode next) {
    Set<String> fields = new HashSet<>();
    old.fieldNames().forEachRemaining(fields::add);
    next.fieldNames().forEachRemaining(fields::add);
    fields.removeAll(Set.of("metadata", "status", "kind", "apiVersion"));
    return fields.stream().anyMatch(f -> !Objects.equals(old.get(f), next.get(f)));
  }

  private static JsonNode finalizers(ObjectNode object) {
    return object.at("/metadata/finalizers");
  }

  /** Whether a container must be stopped before the object may go. */
  private static boolean runs(ResourceType type, ObjectNode object) {
    return type.id().equals(ResourceTypes.PODS.id())
        && !Json.text(object, "/spec/nodeName").isEmpty();
  }
}
