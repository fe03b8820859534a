package dev.chatcluster.e2e.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Kafka's own command line, as an administrator runs it. */
public final class KafkaTools {
  private KafkaTools() {}

  /**
   * One line of {@code kafka-consumer-groups --describe}.
   *
   * @param lag null where the tool prints none
   */
  public record GroupLine(String topic, int partition, long position, long end, Long lag) {}

  /** Describes a group. */
  public static List<GroupLine> describe(String bootstrapServers, String group)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                "target/kafka-tools/*",
                "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
                "--bootstrap-server",
                bootstrapServers,
                "--describe",
                "--group",
                group)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0)
      throw new IllegalStateException("kafka-consumer-groups failed:\n" + output);
    return parse(output, group);
  }

  static List<GroupLine> parse(String output, String group) {
    List<String[]> rows =
        output
            .lines()
            .filter(line -> line.startsWith(group) || line.startsWith("GROUP"))
            .map(line -> line.trim().split("\\s+"))
            .toList();
    if (rows.isEmpty())
      throw new IllegalStateException("kafka-consumer-groups shows no table:\n" + output);
    String[] names = rows.getFirst();
    return rows.stream()
        .skip(1)
        .map(row -> columns(names, row))
        .map(
            row ->
                new GroupLine(
                    row.get("TOPIC"),
                    Integer.parseInt(row.get("PARTITION")),
                    number(row.get("CURRENT-OFFSET"), -1L),
                    number(row.get("LOG-END-OFFSET"), -1L),
                    number(row.get("LAG"), null)))
        .toList();
  }

  private static Map<String, String> columns(String[] names, String[] row) {
    return java.util.stream.IntStream.range(0, Math.min(names.length, row.length))
        .boxed()
        .collect(Collectors.toMap(i -> names[i], i -> row[i]));
  }

  private static Long number(String text, Long otherwise) {
    return text.equals("-") ? otherwise : Long.valueOf(text);
  }
}
