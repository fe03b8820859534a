package dev.chatcluster.consumer.send;

import dev.chatcluster.consumer.control.Topology;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where Kafka put an acknowledged message, as a client holds it: opaque to it, and not a position,
 * since a record may yet be forwarded to another partition.
 *
 * @param fingerprint of the log
 * @param partition that took the record
 * @param offset it has there
 */
public record Ack(String fingerprint, int partition, long offset) {
  private static final Pattern FORM =
      Pattern.compile("a1\\.([A-Za-z0-9_-]{8})\\.(0|[1-9]\\d{0,8})\\.(0|[1-9]\\d{0,17})");

  /** Reads what a client gives back; empty for anything that {@link #toString} does not write. */
  public static Optional<Ack> parse(String text) {
    if (text.length() > 64) return Optional.empty();
    Matcher form = FORM.matcher(text);
    if (!form.matches()) return Optional.empty();
    return Optional.of(
        new Ack(form.group(1), Integer.parseInt(form.group(2)), Long.parseLong(form.group(3))));
  }

  /** Whether it can be of a message to {@code room} in the log that {@code topology} is of. */
  boolean fits(Topology topology, String room) {
    return fingerprint.equals(topology.fingerprint())
        && topology.epochs().stream().anyMatch(each -> each.partitionOf(room) == partition);
  }

  @Override
  public String toString() {
    return "a1." + fingerprint + '.' + partition + '.' + offset;
  }
}
