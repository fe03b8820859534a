package dev.chatcluster.quickstart.objects;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * All objects, their versions and the newest changes. Objects that were handed out or taken in must
 * not be changed afterwards. Thread-safe; whoever needs several steps as one holds its monitor.
 */
public final class ObjectStore {
  private static final int REMEMBERED_CHANGES = 1000;

  private final TreeMap<Key, ObjectNode> objects = new TreeMap<>();
  private final Deque<Change> history = new ArrayDeque<>();
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private long version = 1;
  private long forgottenThrough = 1;

  private record Watcher(Predicate<Key> which, Consumer<Change> consumer) {}

  /**
   * Objects and the version they are of.
   *
   * @param objects ordered by type, namespace and name
   * @param version to watch from
   */
  public record Snapshot(List<ObjectNode> objects, long version) {}

  /** What {@link #watch} gives back: ends it. */
  public interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  public synchronized Optional<ObjectNode> get(Key key) {
    return Optional.ofNullable(objects.get(key));
  }

  /** Those of one type; of one namespace unless it is empty. */
  public synchronized Snapshot list(String type, String namespace) {
    Key from = new Key(type, namespace, "");
    Map<Key, ObjectNode> tail = objects.tailMap(from, true);
    List<ObjectNode> found = new ArrayList<>();
    for (Map.Entry<Key, ObjectNode> entry : tail.entrySet()) {
      Key key = entry.getKey();
      if (!key.type().equals(type) || !(namespace.isEmpty() || key.namespace().equals(namespace))) {
        break;
      }
      found.add(entry.getValue());
    }
    return new Snapshot(found, version);
  }

  /** Those of one type in all namespaces. */
  public List<ObjectNode> list(String type) {
    return list(type, "").objects();
  }

  public synchronized Map<Key, ObjectNode> all() {
    return new TreeMap<>(objects);
  }

  public synchronized long version() {
    return version;
  }

  /** Adds or replaces an object and stamps its resourceVersion; returns what is kept. */
  public synchronized ObjectNode put(Key key, ObjectNode object) {
    version++;
    Json.metadata(object).put("resourceVersion", String.valueOf(version));
    ObjectNode before = objects.put(key, object);
    Change.Kind kind = before == null ? Change.Kind.ADDED : Change.Kind.MODIFIED;
    tell(new Change(kind, key, object, before, version));
    return object;
  }

  /** Removes an object; without effect when there is none. */
  public synchronized void remove(Key key) {
    ObjectNode before = objects.remove(key);
    if (before != null) {
      version++;
      ObjectNode last = before.deepCopy();
      Json.metadata(last).put("resourceVersion", String.valueOf(version));
      tell(new Change(Change.Kind.DELETED, key, last, before, version));
    }
  }

  /**
   * Tells the consumer of every change after a version, first of those that are over. The consumer
   * is called with the monitor held, in order: it must be quick.
   *
   * @throws Refused when changes after that version are forgotten
   */
  public synchronized Watch watch(Predicate<Key> which, long after, Consumer<Change> consumer) {
    if (after < forgottenThrough) {
      throw Refused.expired(after);
    }
    for (Change change : history) {
      if (change.version() > after && which.test(change.key())) {
        consumer.accept(change);
      }
    }
    Watcher watcher = new Watcher(which, consumer);
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }

  /** Takes in what was saved; only before anything else. */
  public synchronized void restore(
      Collection<Map.Entry<Key, ObjectNode>> saved, long savedVersion) {
    saved.forEach(entry -> objects.put(entry.getKey(), entry.getValue()));
    version = savedVersion;
    forgottenThrough = savedVersion;
  }

  private void tell(Change change) {
    history.addLast(change);
    if (history.size() > REMEMBERED_CHANGES) {
      forgottenThrough = history.removeFirst().version();
    }
    for (Watcher watcher : watchers) {
      if (watcher.which().test(change.key())) {
        watcher.consumer().accept(change);
      }
    }
  }
}
