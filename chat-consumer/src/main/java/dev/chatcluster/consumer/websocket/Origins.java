package dev.chatcluster.consumer.websocket;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The origins whose pages may connect. */
final class Origins {
  private final boolean all;
  private final Set<String> allowed;

  Origins(List<String> allowed) {
    this.all = allowed.contains("*");
    this.allowed = allowed.stream().map(Origins::normal).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Whether a request may be answered.
   *
   * @param origin the header; null, as clients that are no browsers have it, is allowed
   */
  boolean allows(String origin) {
    return all || origin == null || allowed.contains(normal(origin));
  }

  /** Value of {@code Access-Control-Allow-Origin} for an allowed origin. */
  String answer(String origin) {
    return all ? "*" : origin;
  }

  private static String normal(String origin) {
    String lower = origin.strip().toLowerCase(Locale.ROOT);
    return lower.endsWith("/") ? lower.substring(0, lower.length() - 1) : lower;
  }
}
