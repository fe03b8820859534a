package dev.chatcluster.api.v1;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * An unmodifiable map in the order of its keys, empty for null: what is derived from it is then the
 * same on every JVM and in every run, where {@link Map#copyOf} has an order of its own in each.
 */
final class Sorted {
  private Sorted() {}

  static <V> Map<String, V> byKey(Map<String, V> map) {
    if (map == null) return Map.of();
    var sorted = new TreeMap<>(map);
    sorted.values().removeIf(value -> value == null);
    return Collections.unmodifiableMap(sorted);
  }
}
