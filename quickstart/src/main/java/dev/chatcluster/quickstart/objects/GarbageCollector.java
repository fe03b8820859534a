package dev.chatcluster.quickstart.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * Deletes what nobody wants any more: objects all of whose owners are gone, what is left in a
 * namespace that is being deleted, and events after an hour.
 */
public final class GarbageCollector implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(GarbageCollector.class.getName());
  private static final Duration EVENTS_LIVE = Duration.ofHours(1);

  private final Resources resources;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("garbage-collector").factory());
  private final AtomicBoolean due = new AtomicBoolean();
  private final ObjectStore.Watch watch;

  public GarbageCollector(Resources resources) {
    this.resources = resources;
    ObjectStore store = resources.store();
    watch = store.watch(key -> true, store.version(), this::changed);
    thread.scheduleWithFixedDelay(this::expireEvents, 1, 60, TimeUnit.SECONDS);
    wake();
  }

  private void changed(Change change) {
    boolean owned = !change.object().at("/metadata/ownerReferences").isEmpty();
    if (change.kind() == Change.Kind.DELETED
        || owned && change.kind() == Change.Kind.ADDED
        || change.key().type().equals(ResourceTypes.NAMESPACES.id())) {
      wake();
    }
  }

  private void wake() {
    if (due.compareAndSet(false, true) && !thread.isShutdown()) {
      thread.execute(this::collect);
    }
  }

  private void collect() {
    due.set(false);
    try {
      Map<Key, ObjectNode> all = resources.store().all();
      Set<String> alive = all.values().stream().map(Json::uid).collect(Collectors.toSet());
      all.forEach(
          (key, object) -> {
            boolean orphaned = isOrphaned(object, alive);
            boolean homeless = !key.namespace().isEmpty() && namespaceIsGoing(all, key.namespace());
            if ((orphaned || homeless) && !Json.isBeingDeleted(object)) {
              delete(key);
            }
          });
      removeEmptyNamespaces(all);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "Garbage collection failed; it is tried at the next change", e);
    }
  }

  private static boolean isOrphaned(ObjectNode object, Set<String> alive) {
    JsonNode owners = object.at("/metadata/ownerReferences");
    for (JsonNode owner : owners) {
      if (alive.contains(Json.text(owner, "/uid"))) {
        return false;
      }
    }
    return !owners.isEmpty();
  }

  private static boolean namespaceIsGoing(Map<Key, ObjectNode> all, String namespace) {
    ObjectNode found = all.get(ResourceTypes.NAMESPACES.key("", namespace));
    return found == null || Json.isBeingDeleted(found);
  }

  private void removeEmptyNamespaces(Map<Key, ObjectNode> all) {
    all.forEach(
        (key, object) -> {
          boolean namespace = key.type().equals(ResourceTypes.NAMESPACES.id());
          if (namespace
              && Json.isBeingDeleted(object)
              && all.keySet().stream().noneMatch(k -> k.namespace().equals(key.name()))) {
            resources.store().remove(key);
          }
        });
  }

  private void delete(Key key) {
    resources
        .types()
        .byId(key.type())
        .ifPresent(
            type -> {
              try {
                resources.delete(type, key, Json.object(), false);
              } catch (Refused goneMeanwhile) {
                LOG.log(Level.FINE, "{0}", goneMeanwhile.getMessage());
              }
            });
  }

  private void expireEvents() {
    Instant oldest = Instant.now().minus(EVENTS_LIVE);
    for (ObjectNode event : resources.store().list(ResourceTypes.EVENTS.id())) {
      String last = Json.text(event, "/lastTimestamp");
      String time = last.isEmpty() ? Json.text(event, "/metadata/creationTimestamp") : last;
      if (Instant.parse(time).isBefore(oldest)) {
        delete(ResourceTypes.EVENTS.key(Json.namespace(event), Json.name(event)));
      }
    }
  }

  @Override
  public void close() {
    watch.close();
    thread.shutdownNow();
  }
}
