package dev.chatcluster.benchmarks.push;

import dev.chatcluster.benchmarks.client.Body;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the command line asks for.
 *
 * @param rates deliveries a second, one measurement each
 * @param warmUpSeconds load before each measurement
 * @param seconds length of each measurement
 * @param rooms each is written to in turn
 * @param subscribers connections of each room
 * @param bodyBytes length of a message
 * @param javaOptions of the consumer that the benchmark starts
 * @param url of another server to measure instead; it must be reading the topic, or take messages
 *     over STOMP
 * @param pid of that server's process; 0 measures no processor time
 * @param bootstrapServers of the Kafka cluster that the other server reads; absent: messages go to
 *     it as SEND frames
 * @param topic that the other server reads
 * @param receipts false for a server that gives none for SUBSCRIBE
 */
public record Options(
    List<Integer> rates,
    int warmUpSeconds,
    int seconds,
    int rooms,
    int subscribers,
    int bodyBytes,
    List<String> javaOptions,
    Optional<URI> url,
    long pid,
    Optional<String> bootstrapServers,
    String topic,
    boolean receipts) {
  static final String USAGE =
      """
      usage: push [--rates 2000,20000,40000,80000] [--seconds 20] [--warm-up 10] [--rooms 10]
                  [--subscribers 100] [--body-bytes 128] [--java-options "-Xmx256m ..."]
      or, for another server that speaks STOMP over WebSocket:
             push --url ws://HOST:PORT/PATH [--pid PID] [--no-receipts]
                  [--bootstrap-servers HOST:PORT --topic TOPIC] ...""";

  /**
   * Reads the command line.
   *
   * @param javaOptions of the consumer where none are given
   * @throws IllegalArgumentException when there is something in it that is no option
   */
  public static Options parse(String[] arguments, List<String> javaOptions) {
    List<Integer> rates = List.of(2_000, 20_000, 40_000, 80_000);
    int warmUp = 10;
    int seconds = 20;
    int rooms = 10;
    int subscribers = 100;
    int bodyBytes = 128;
    List<String> java = javaOptions;
    Optional<URI> url = Optional.empty();
    long pid = 0;
    Optional<String> bootstrapServers = Optional.empty();
    String topic = "push";
    boolean receipts = true;
    List<String> left = new ArrayList<>(Arrays.asList(arguments));
    while (!left.isEmpty()) {
      String option = left.removeFirst();
      if (option.equals("--no-receipts")) {
        receipts = false;
        continue;
      }
      if (left.isEmpty()) throw new IllegalArgumentException(option + " needs a value.\n" + USAGE);
      String value = left.removeFirst();
      switch (option) {
        case "--rates" -> rates = Arrays.stream(value.split(",")).map(Integer::valueOf).toList();
        case "--seconds" -> seconds = Integer.parseInt(value);
        case "--warm-up" -> warmUp = Integer.parseInt(value);
        case "--rooms" -> rooms = Integer.parseInt(value);
        case "--subscribers" -> subscribers = Integer.parseInt(value);
        case "--body-bytes" -> bodyBytes = Math.max(Body.SMALLEST, Integer.parseInt(value));
        case "--java-options" ->
            java = value.isBlank() ? List.of() : List.of(value.trim().split("\\s+"));
        case "--url" -> url = Optional.of(URI.create(value));
        case "--pid" -> pid = Long.parseLong(value);
        case "--bootstrap-servers" -> bootstrapServers = Optional.of(value);
        case "--topic" -> topic = value;
        default -> throw new IllegalArgumentException("Unknown option " + option + ".\n" + USAGE);
      }
    }
    return new Options(
        rates,
        warmUp,
        seconds,
        rooms,
        subscribers,
        bodyBytes,
        java,
        url,
        pid,
        bootstrapServers,
        topic,
        receipts);
  }
}
