package dev.chatcluster.quickstart.objects;

import java.util.Comparator;

/**
 * Where an object is kept.
 *
 * @param type plural and group, for example {@code pods} or {@code deployments.apps}
 * @param namespace empty for an object of the whole cluster
 * @param name name of the object
 */
public record Key(String type, String namespace, String name) implements Comparable<Key> {
  private static final Comparator<Key> ORDER =
      Comparator.comparing(Key::type).thenComparing(Key::namespace).thenComparing(Key::name);

  @Override
  public int compareTo(Key other) {
    return ORDER.compare(this, other);
  }
}
