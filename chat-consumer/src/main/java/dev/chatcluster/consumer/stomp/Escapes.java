package dev.chatcluster.consumer.stomp;

/** How headers are escaped, version by version. */
final class Escapes {
  private Escapes() {}

  /**
   * Undoes the escapes of a received header.
   *
   * @param version null for frames that are never escaped
   * @throws StompException on an escape that the version does not know
   */
  static String unescape(String text, StompVersion version) {
    int at = text.indexOf('\\');
    if (at < 0 || version == null || version == StompVersion.V1_0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char escaped = ++i < text.length() ? text.charAt(i) : 0;
      char plain =
          switch (escaped) {
            case 'n' -> '\n';
            case 'c' -> ':';
            case '\\' -> '\\';
            case 'r' -> version == StompVersion.V1_2 ? '\r' : 0;
            default -> 0;
          };
      if (plain == 0) {
        throw new StompException(
            "bad escape in the header \""
                + Printable.of(text)
                + "\": STOMP "
                + version.text()
                + " knows "
                + (version == StompVersion.V1_2 ? "\\r, " : "")
                + "\\n, \\c and \\\\; escape a backslash as \\\\");
      }
      out.append(plain);
    }
    return out.toString();
  }

  /** Whether a header of this text can be written in {@code version} at all. */
  static boolean canCarry(String text, StompVersion version, boolean name) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0
          || c == '\r' && version != StompVersion.V1_2
          || version == StompVersion.V1_0 && (c == '\n' || name && c == ':')) {
        return false;
      }
    }
    return true;
  }

  /** {@code text} as it stands on the wire; {@link #canCarry} has said that it can. */
  static String escape(String text, StompVersion version) {
    if (version == StompVersion.V1_0 || !needsEscape(text)) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case ':' -> out.append("\\c");
        case '\\' -> out.append("\\\\");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  private static boolean needsEscape(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\r' || c == ':' || c == '\\') {
        return true;
      }
    }
    return false;
  }
}
