package dev.chatcluster.consumer.stomp;

import java.util.ArrayList;
import java.util.List;

/** The headers of one frame in their order; of a repeated header the first counts. */
public final class StompHeaders {
  /** One header, unescaped. */
  public record Header(String name, String value) {}

  private final List<Header> all = new ArrayList<>(8);

  /** Adds a header; without effect when one of its name is there. */
  void add(String name, String value) {
    if (get(name) == null) {
      all.add(new Header(name, value));
    }
  }

  /** The value of the first header of that name, or null. */
  public String get(String name) {
    for (Header header : all) {
      if (header.name.equals(name)) {
        return header.value;
      }
    }
    return null;
  }

  /** The headers, each name once. */
  public List<Header> all() {
    return all;
  }

  @Override
  public String toString() {
    return all.toString();
  }
}
