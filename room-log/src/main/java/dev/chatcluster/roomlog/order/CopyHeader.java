package dev.chatcluster.roomlog.order;

import dev.chatcluster.roomlog.Names;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * What the header {@code chat-fwd} of a router's copy says: {@code partition:offset:epoch}.
 *
 * @param partition of the stray
 * @param offset of the stray
 * @param epoch under which it was forwarded
 */
public record CopyHeader(int partition, long offset, int epoch) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9}):(\\d{1,18}):(\\d{1,9})");

  /** What a record claims; empty when it claims nothing that can be read. */
  public static Optional<CopyHeader> read(Headers headers) {
    Header header = headers.lastHeader(Names.FORWARD_HEADER);
    if (header == null || header.value() == null || header.value().length > 64) {
      return Optional.empty();
    }
    Matcher form = FORM.matcher(new String(header.value(), StandardCharsets.ISO_8859_1));
    if (!form.matches()) return Optional.empty();
    return Optional.of(
        new CopyHeader(
            Integer.parseInt(form.group(1)),
            Long.parseLong(form.group(2)),
            Integer.parseInt(form.group(3))));
  }

  /** Puts it on a copy. */
  public void addTo(Headers headers) {
    headers.add(Names.FORWARD_HEADER, toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  @Override
  public String toString() {
    return partition + ":" + offset + ":" + epoch;
  }
}
