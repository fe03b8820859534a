package dev.chatcluster.benchmarks.push;

import dev.chatcluster.kafka.EmbeddedKafka;
import java.nio.file.Path;

/** A Kafka broker as a process of its own, until its standard input ends. */
final class Broker {
  private Broker() {}

  /**
   * @param arguments the folder for its data
   */
  public static void main(String[] arguments) throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(Path.of(arguments[0]))) {
      IO.println("broker " + kafka.bootstrapServers());
      while (System.in.read() >= 0) continue;
    }
  }
}
