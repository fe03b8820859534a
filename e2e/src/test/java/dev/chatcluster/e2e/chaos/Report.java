package dev.chatcluster.e2e.chaos;

import dev.chatcluster.e2e.chaos.check.Damage;
import dev.chatcluster.e2e.chaos.check.Findings;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a run comes to.
 *
 * @param complaints of clients, apart from the messages
 * @param errors that clients were told, by sentence; they went elsewhere and tried again
 */
record Report(
    Settings settings,
    Findings findings,
    List<String> complaints,
    LogCount log,
    Map<Faults.Kind, Integer> faults,
    Map<String, Long> acknowledged,
    int connections,
    Map<String, Integer> errors) {
  private static final int SHOWN = 10;

  /** Whether nothing happened that must not. */
  boolean isClean() {
    return findings.damage().isEmpty() && complaints.isEmpty();
  }

  /** One table. */
  String table() {
    StringBuilder text = new StringBuilder("\n");
    line(text, "seed", settings.seed());
    line(text, "brokers", settings.brokers());
    line(text, "published epochs", log.epochs());
    line(text, "  of them down", log.down());
    faults.forEach((kind, count) -> line(text, kind.words(), count));
    line(text, "messages in rooms", findings.messages());
    acknowledged.forEach((name, count) -> line(text, "  acknowledged to " + name, count));
    line(text, "deliveries", findings.deliveries());
    line(text, "connections of clients", connections);
    line(text, "strays", log.strays());
    line(text, "  forwarded", log.copies());
    line(text, "residue records", log.residue());
    line(text, "retries that landed twice", findings.landedTwice());
    line(text, "swaps at a refresh of Kafka's own partitioner", findings.swaps());
    line(text, "lost", findings.count(Damage.Lost.class));
    line(text, "doubled", findings.count(Damage.Doubled.class));
    line(text, "reordered", findings.count(Damage.Reordered.class));
    line(text, "behind what was sent after their delivery", findings.count(Damage.Overtaken.class));
    line(text, "of nobody", findings.count(Damage.Foreign.class));
    line(text, "disagreement", findings.count(Damage.Disagreement.class));
    line(text, "other complaints", complaints.size());
    String stall = String.format(Locale.ROOT, "%.1f s", findings.longestStallNanos() / 1e9);
    line(text, "longest stall of a room", stall);
    errors.forEach((sentence, count) -> text.append("%6d × %s%n".formatted(count, sentence)));
    findings.damage().stream()
        .collect(Collectors.groupingBy(Damage::getClass))
        .values()
        .forEach(kind -> kind.stream().limit(SHOWN).forEach(d -> text.append(d).append('\n')));
    complaints.stream().limit(SHOWN).forEach(c -> text.append(c).append('\n'));
    return text.toString();
  }

  private static void line(StringBuilder text, String what, Object value) {
    text.append("%-48s %12s%n".formatted(what, value));
  }
}
