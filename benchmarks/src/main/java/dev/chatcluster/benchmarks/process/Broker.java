package dev.chatcluster.benchmarks.process;

import dev.chatcluster.kafka.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A Kafka broker as a process of its own, on a folder that goes with it. */
public final class Broker implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("^broker (.*)$");

  private final Folder folder = new Folder();
  private final Child child;

  /** Starts it on a free port. */
  public Broker() throws IOException {
    child =
        new Child(
            List.of(
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                Broker.class.getName(),
                folder.path().toString()),
            Map.of(),
            READY);
  }

  public String bootstrapServers() {
    return child.said();
  }

  public long pid() {
    return child.pid();
  }

  @Override
  public void close() throws IOException {
    child.close();
    folder.close();
  }

  /**
   * The process; it ends with its standard input.
   *
   * @param arguments the folder for its data
   */
  public static void main(String[] arguments) throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(Path.of(arguments[0]))) {
      IO.println("broker " + kafka.bootstrapServers());
      while (System.in.read() >= 0) continue;
    }
  }
}
