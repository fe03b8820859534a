package dev.chatcluster.consumer.stomp;

/** What a client sent, short and harmless enough to stand in a sentence about it. */
public final class Printable {
  private static final int MAX = 80;

  private Printable() {}

  /** {@code text} with control characters replaced, at most 80 characters of it. */
  public static String of(String text) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), MAX + 1));
    for (int i = 0; i < text.length() && i < MAX; i++) {
      char c = text.charAt(i);
      out.append(Character.isISOControl(c) ? '.' : c);
    }
    if (text.length() > MAX) {
      out.append('…');
    }
    return out.toString();
  }
}
