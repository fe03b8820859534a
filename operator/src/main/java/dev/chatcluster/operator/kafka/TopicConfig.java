package dev.chatcluster.operator.kafka;

import java.util.Map;
import java.util.TreeMap;

/** Configurations of topics, compared and composed. */
public final class TopicConfig {
  private TopicConfig() {}

  /** What keeps acknowledged records when a broker dies, of a topic with that many replicas. */
  public static Map<String, String> durability(int replicas) {
    Map<String, String> config = new TreeMap<>();
    if (replicas >= 3) config.put("min.insync.replicas", "2");
    return config;
  }

  /** The keys of {@code wanted} that are not so. */
  public static Map<String, String> toAlter(
      Map<String, String> wanted, Map<String, String> actual) {
    Map<String, String> changes = new TreeMap<>(wanted);
    changes.entrySet().removeIf(e -> e.getValue().equals(actual.get(e.getKey())));
    return changes;
  }
}
