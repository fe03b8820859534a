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
 * Two of the documents' example clients in each of some rooms, of which the first also writes, and
 * a Kafka producer that knows of three partitions and of no change.
 */
final class Traffic implements AutoCloseable {
  private static final int ROOMS = 6;
  private static final int PRODUCERS_COUNT = 3;

  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<StompjsFollower> first = new ArrayList<>();
  private final List<StompjsFollower> second = new ArrayList<>();
  private final List<Future<RecordMetadata>> acknowledgements = new ArrayList<>();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private Future<?> writing;
  private volatile int rounds;

  Traffic(
      StompjsFollowers clients, URI pods, String topic, KafkaProducer<byte[], byte[]> producer) {
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
    writing = timer.scheduleAtFixedRate(this::write, 0, 50, TimeUnit.MILLISECONDS);
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
                assertThat(first.get(room).reception().count()).isGreaterThanOrEqualTo(2 * rounds);
                assertThat(second.get(room).reception().count()).isGreaterThanOrEqualTo(2 * rounds);
              }
            });
  }

  /** Each message once, in one order, that of each sender. */
  void check() {
    for (int room = 0; room < ROOMS; room++) {
      Reception one = first.get(room).reception();
      Reception other = second.get(room).reception();
      for (Reception each : List.of(one, other)) {
        assertThat(each.complaints()).as(each.subscriber()).isEmpty();
        assertThat(each.reconnects()).as("%s, whose pod went", each.subscriber()).isPositive();
      }
      long[] order = one.received();
      assertThat(order).as("room %d", room).hasSize(2 * rounds).doesNotHaveDuplicates();
      assertThat(other.received()).as("room %d, seen by another", room).isEqualTo(order);
      int of = room;
      checkSender(order, IntStream.range(0, rounds).mapToObj(n -> produced(of, n)).toList());
      checkSender(order, IntStream.range(0, rounds).mapToObj(n -> sent(of, n)).toList());
    }
  }

  private static void checkSender(long[] order, List<String> bodies) {
    List<Long> expected = bodies.stream().map(b -> Reception.fingerprint(bytes(b))).toList();
    Set<Long> own = Set.copyOf(expected);
    assertThat(Arrays.stream(order).boxed().filter(own::contains).toList()).isEqualTo(expected);
  }

  /** In words. */
  String report() {
    int resumed =
        IntStream.range(0, ROOMS)
            .map(
                room ->
                    first.get(room).reception().reconnects()
                        + second.get(room).reception().reconnects())
            .sum();
    return "%d messages in %d rooms, %d clients that resumed %d times: each message once, in order"
        .formatted(2 * rounds * ROOMS, ROOMS, 2 * ROOMS, resumed);
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
