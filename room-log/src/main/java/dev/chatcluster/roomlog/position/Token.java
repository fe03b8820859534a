package dev.chatcluster.roomlog.position;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A position as clients hold it, opaque to them: {@code
 * 1.<fingerprint>.<epoch>.<partition>.<offset>}. It has no colon, which STOMP would escape.
 *
 * @param fingerprint of the log, eight characters of base64url
 * @param position in the room that the client names beside it
 */
public record Token(String fingerprint, Position position) {
  private static final Pattern FORM =
      Pattern.compile(
          "1\\.([A-Za-z0-9_-]{8})\\.(0|[1-9]\\d{0,8})\\.(0|[1-9]\\d{0,8})\\.(-1|0|[1-9]\\d{0,17})");

  /** Reads a client's token; empty for anything that {@link #toString} does not write. */
  public static Optional<Token> parse(String text) {
    if (text == null || text.length() > 64) return Optional.empty();
    Matcher m = FORM.matcher(text);
    if (!m.matches()) return Optional.empty();
    return Optional.of(
        new Token(
            m.group(1),
            new Position(
                Integer.parseInt(m.group(2)),
                Integer.parseInt(m.group(3)),
                Long.parseLong(m.group(4)))));
  }

  @Override
  public String toString() {
    return "1."
        + fingerprint
        + '.'
        + position.epoch()
        + '.'
        + position.partition()
        + '.'
        + position.offset();
  }
}
