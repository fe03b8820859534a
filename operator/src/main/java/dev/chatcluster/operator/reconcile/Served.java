package dev.chatcluster.operator.reconcile;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which namespaces are served, and which are not.
 *
 * @param now those that are
 * @param unseen what has been said of those that cannot be
 */
record Served(Set<String> now, Map<String, String> unseen) {
  Served {
    now = Set.copyOf(now);
    unseen = Map.copyOf(unseen);
  }

  /** What a look at a namespace has shown. */
  sealed interface Look {
    /** All that is looked after there. */
    record Seen() implements Look {}

    /**
     * That the operator cannot look after it.
     *
     * @param why in a sentence, with what to do
     */
    record Unseen(String why) implements Look {}

    /** Nothing: the API server did not say. */
    record Unknown() implements Look {}
  }

  /** Before the first look: what is not known is tried. */
  static Served all(Set<String> namespaces) {
    return new Served(namespaces, Map.of());
  }

  /** What is to be served once all have been looked at; what is not known stays as it is. */
  Served after(Map<String, Look> looks) {
    Set<String> served = new HashSet<>(now);
    Map<String, String> others = new TreeMap<>(unseen);
    looks.forEach(
        (namespace, look) -> {
          switch (look) {
            case Look.Seen _ -> {
              served.add(namespace);
              others.remove(namespace);
            }
            case Look.Unseen(String why) -> {
              served.remove(namespace);
              others.put(namespace, why);
            }
            case Look.Unknown _ -> {}
          }
        });
    return new Served(served, others);
  }

  /** What of it is served already. */
  Served still(Served next) {
    Set<String> both = new HashSet<>(now);
    both.retainAll(next.now);
    return new Served(both, unseen);
  }

  /** Those that are served and were not. */
  Collection<String> since(Served before) {
    Set<String> more = new TreeSet<>(now);
    more.removeAll(before.now);
    return more;
  }

  /** Those of which there is something else to be said than before. */
  List<String> worse(Served before) {
    return unseen.keySet().stream()
        .filter(namespace -> !Objects.equals(unseen.get(namespace), before.unseen.get(namespace)))
        .sorted()
        .toList();
  }
}
