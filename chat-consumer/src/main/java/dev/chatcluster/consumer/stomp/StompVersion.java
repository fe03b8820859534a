package dev.chatcluster.consumer.stomp;

import java.util.Optional;

/** The versions of STOMP that are spoken here, oldest first. */
public enum StompVersion {
  V1_0("1.0"),
  V1_1("1.1"),
  V1_2("1.2");

  private final String text;

  StompVersion(String text) {
    this.text = text;
  }

  /** As it stands in {@code accept-version}, for example {@code 1.2}. */
  public String text() {
    return text;
  }

  /** All of them as {@code accept-version} would say it. */
  public static String all() {
    return "1.0,1.1,1.2";
  }

  /**
   * The newest version that both sides speak.
   *
   * @param acceptVersion the header of CONNECT; null, as clients of 1.0 have it, means 1.0
   */
  public static Optional<StompVersion> negotiate(String acceptVersion) {
    if (acceptVersion == null) {
      return Optional.of(V1_0);
    }
    StompVersion best = null;
    for (String offered : acceptVersion.split(",")) {
      for (StompVersion version : values()) {
        if (version.text.equals(offered.strip()) && (best == null || version.compareTo(best) > 0)) {
          best = version;
        }
      }
    }
    return Optional.ofNullable(best);
  }
}
