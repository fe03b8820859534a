package dev.chatcluster.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.e2e.client.Reception;
import dev.chatcluster.e2e.client.StompjsFollowers;
import dev.chatcluster.e2e.client.StompjsFollowers.StompjsFollower;
import dev.chatcluster.e2e.log.SeedMessage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Two of the documents' example clients in each of some rooms, of which the first also writes,
 * Spring's inside the cluster, and a Kafka producer that knows of three partitions and of no
 * change.
 */
final class Traffic implements AutoCloseable {
  private static final int ROOMS = 6;
  private static final int PRODUCERS_COUNT = 3;

  /** What a client may be told while pods still have a password that Kafka takes no more. */
  private static final String TRY_AGAIN =
      "Kafka has not acknowledged the message for topic studyhub: try again.";

  private final String topic;
  private final Inside inside;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<StompjsFollower> first = new ArrayList<>();
  private final List<StompjsFollower> second = new ArrayList<>();
  private final List<Future<RecordMetadata>> acknowledgements = new ArrayList<>();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private Future<?> writing;
  private volatile int rounds;

  Traffic(
      StompjsFollowers clients,
      URI pods,
      Inside inside,
      String topic,
      KafkaProducer<byte[], byte[]> producer) {
    this.inside = inside;
    this.topic = topic;
    this.producer = producer;
    List<CompletableFuture<Void>> started = new ArrayList<>();
    for (int room = 0; room < ROOMS; room++) {
      first.add(clients.follower("first", "" + id(room)));
      second.add(clients.follower("second", "" + id(room)));
      started.add(first.getLast().start(pods));
      started.add(second.getLast().start(pods));
    }
    CompletableFuture.allOf(started.toArray(CompletableFuture[]::new))
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
  }

  void begin() {
    writing = timer.scheduleAtFixedRate(this::write, 0, 100, TimeUnit.MILLISECONDS);
    goOn(20);
  }

  private void write() {
    int round = rounds;
    for (int room = 0; room < ROOMS; room++) {
      byte[] value = bytes(produced(room, round));
      acknowledgements.add(
          producer.send(new ProducerRecord<>(topic, room % PRODUCERS_COUNT, null, value)));
      first.get(room).send(sent(room, round));
    }
    rounds = round + 1;
  }

  /** Waits until so much more is written. */
  void goOn(int more) {
    int until = rounds + more;
    await().atMost(Duration.ofSeconds(60)).until(() -> rounds >= until || writing.isDone());
    if (writing.isDone()) writing.resultNow();
  }

  /** Ends it, and waits until all is acknowledged and everybody has everything. */
  void end() throws Exception {
    timer.shutdown();
    assertThat(timer.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    for (Future<RecordMetadata> each : acknowledgements) each.get(60, TimeUnit.SECONDS);
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(
            () -> {
              for (int room = 0; room < ROOMS; room++) {
                assertThat(first.get(room).answered()).hasSize(rounds);
                for (Reception each : readers(room))
                  assertThat(once(each))
                      .as(each.subscriber())
                      .hasSizeGreaterThanOrEqualTo(2 * rounds);
              }
            });
  }

  /** Nobody was told of anything so far, not even to try again. */
  void quiet() {
    for (int room = 0; room < ROOMS; room++)
      for (Reception each : readers(room))
        assertThat(each.complaints()).as(each.subscriber()).isEmpty();
  }

  /** Each message once, in one order, that of each sender, whoever was told to try again. */
  void check() {
    for (int room = 0; room < ROOMS; room++) {
      long[] order = first.get(room).reception().received();
      assertThat(order).as("room %d", room).hasSize(2 * rounds).doesNotHaveDuplicates();
      for (Reception each : readers(room)) {
        assertThat(each.complaints()).as(each.subscriber()).allMatch(TRY_AGAIN::equals);
        assertThat(each.reconnects()).as("%s, whose pod went", each.subscriber()).isPositive();
      }
      Reception other = second.get(room).reception();
      assertThat(other.received()).as(other.subscriber()).isEqualTo(order);
      Reception inner = inside.room("" + id(room));
      assertThat(once(inner)).as(inner.subscriber()).isEqualTo(order);
      int of = room;
      List<String> produced = IntStream.range(0, rounds).mapToObj(n -> produced(of, n)).toList();
      for (Reception each : readers(room)) checkSender(each.received(), produced);
      checkSender(order, IntStream.range(0, rounds).mapToObj(n -> sent(of, n)).toList());
    }
  }

  /**
   * What a client that passes over a known idempotency-key would have shown: the example does,
   * Spring's sees what was written twice, since its sender was not told that it was written.
   */
  private static long[] once(Reception reception) {
    return Arrays.stream(reception.received()).distinct().toArray();
  }

  private static void checkSender(long[] order, List<String> bodies) {
    List<Long> expected = bodies.stream().map(b -> Reception.fingerprint(bytes(b))).toList();
    Set<Long> own = Set.copyOf(expected);
    assertThat(Arrays.stream(order).boxed().filter(own::contains).toList()).isEqualTo(expected);
  }

  /** In words. */
  String report() {
    List<Reception> all =
        IntStream.range(0, ROOMS).mapToObj(this::readers).flatMap(List::stream).toList();
    int twice = rooms().stream().mapToInt(room -> inside.room(room).count() - 2 * rounds).sum();
    return """
        %d messages in %d rooms, %d clients that resumed %d times: each message once, in order; \
        clients were told %d times to try again, and the log has %d of their messages twice"""
        .formatted(
            2 * rounds * ROOMS,
            ROOMS,
            all.size(),
            all.stream().mapToInt(Reception::reconnects).sum(),
            all.stream().mapToInt(each -> each.complaints().size()).sum(),
            twice);
  }

  private List<Reception> readers(int room) {
    return List.of(
        first.get(room).reception(), second.get(room).reception(), inside.room("" + id(room)));
  }

  /** The names of its rooms. */
  static List<String> rooms() {
    return IntStream.range(0, ROOMS).mapToObj(room -> "" + id(room)).toList();
  }

  /** Rooms that nobody wrote to before: the example shows the last messages that there are. */
  private static int id(int room) {
    return room + PRODUCERS_COUNT;
  }

  private static String produced(int room, int number) {
    return message("producer " + room + " " + number, id(room));
  }

  private static String sent(int room, int number) {
    return message("client " + room + " " + number, id(room));
  }

  private static String message(String id, int room) {
    return new String(new SeedMessage(id, room, "under load").json(), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
