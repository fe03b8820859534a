package dev.chatcluster.operator.kafka;

import java.math.BigDecimal;
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
    // As Kafka takes them.
    changes.replaceAll((key, value) -> value.strip());
    changes.entrySet().removeIf(e -> same(e.getValue(), actual.get(e.getKey())));
    return changes;
  }

  /** Kafka answers in words of its own: 0.5 for 0.50, true for True. */
  private static boolean same(String wanted, String actual) {
    if (actual == null) return false;
    if (actual.equals("true") || actual.equals("false")) return wanted.equalsIgnoreCase(actual);
    if (wanted.replaceAll("\\s*,\\s*", ",").equals(actual)) return true;
    try {
      return new BigDecimal(wanted).compareTo(new BigDecimal(actual)) == 0;
    } catch (NumberFormatException notNumbers) {
      return false;
    }
  }
}
