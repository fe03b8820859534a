package dev.chatcluster.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.e2e.client.Follower;
import dev.chatcluster.e2e.client.LeanFollower;
import dev.chatcluster.e2e.client.Reception;
import dev.chatcluster.e2e.client.SpringFollower;
import dev.chatcluster.e2e.log.SeedMessage;
import dev.chatcluster.e2e.process.ChatTopic;
import dev.chatcluster.e2e.process.ConsumerProcess;
import dev.chatcluster.e2e.process.KafkaTools;
import dev.chatcluster.e2e.process.Node;
import dev.chatcluster.kafka.EmbeddedKafka;
import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Ten messages, {@code _id} 0 to 9, to room {@code _id % 3}, written to partition {@code roomId %
 * 3} by a producer that knows nothing of us; three consumers, one a partition.
 */
@Tag("slow")
@Timeout(240)
class SeedOrderTest {
  private static final List<List<Integer>> EXPECTED =
      List.of(List.of(0, 3, 6, 9), List.of(1, 4, 7), List.of(2, 5, 8));

  @TempDir static Path folder;
  private static EmbeddedKafka kafka;
  private static ChatTopic topic;
  private static List<ConsumerProcess> pods;

  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.start(folder);
    topic = ChatTopic.create(kafka.bootstrapServers(), "studyhub", 3);
    pods =
        IntStream.range(0, 3)
            .mapToObj(p -> ConsumerProcess.launch(topic.consumer(String.valueOf(p))))
            .toList();
    pods.forEach(ConsumerProcess::awaitReady);
  }

  @AfterEach
  void stopTimer() {
    timer.shutdownNow();
    http.shutdownNow();
  }

  @AfterAll
  static void stop() {
    if (pods != null) pods.forEach(ConsumerProcess::close);
    if (kafka != null) kafka.close();
  }

  @Test
  void stompjsReceivesEachRoomInOrder() throws Exception {
    Node.required();
    Process node =
        Node.start(
            "order",
            Map.of(),
            List.of("order.mjs", "10", "0=" + pod(0), "1=" + pod(1), "2=" + pod(2)));
    try (BufferedReader output = node.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("subscribed");
      List<String> written = write();
      List<String> lines = output.lines().toList();
      for (int room = 0; room < 3; room++) {
        String prefix = room + " ";
        assertThat(lines.stream().filter(line -> line.startsWith(prefix)))
            .as("room %d", room)
            .containsExactlyElementsOf(
                EXPECTED.get(room).stream().map(id -> prefix + written.get(id)).toList());
      }
      assertThat(node.waitFor()).isZero();
    } finally {
      node.destroyForcibly();
    }
  }

  @Test
  void springsClientReceivesEachRoomInOrder() throws Exception {
    ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
    scheduler.initialize();
    List<Follower> followers = new ArrayList<>();
    for (int room = 0; room < 3; room++)
      followers.add(
          new SpringFollower("spring", String.valueOf(room), () -> pod(0), timer, scheduler));
    try {
      receiveInOrder(followers, List.of(pod(0), pod(1), pod(2)));
    } finally {
      scheduler.shutdown();
    }
  }

  @Test
  void anyPodServesAnyRoomInOrder() throws Exception {
    for (int shift = 1; shift < 3; shift++) {
      List<Follower> followers = new ArrayList<>();
      for (int room = 0; room < 3; room++)
        followers.add(new LeanFollower("lean", String.valueOf(room), http, () -> pod(0), timer));
      receiveInOrder(
          followers, List.of(pod(shift % 3), pod((1 + shift) % 3), pod((2 + shift) % 3)));
    }
  }

  @Test
  void kafkasOwnToolShowsThatNothingIsLeftToDeliver() throws Exception {
    write();
    await()
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(KafkaTools.describe(kafka.bootstrapServers(), "studyhub.delivery"))
                    .hasSize(3)
                    .allSatisfy(
                        line -> {
                          assertThat(line.topic()).isEqualTo("studyhub");
                          assertThat(line.end()).isPositive();
                          assertThat(line.lag()).isZero();
                        }));
  }

  private void receiveInOrder(List<Follower> followers, List<URI> where) throws Exception {
    try {
      for (int room = 0; room < 3; room++)
        followers.get(room).start(where.get(room)).get(60, TimeUnit.SECONDS);
      List<String> written = write();
      for (int room = 0; room < 3; room++) {
        Reception reception = followers.get(room).reception();
        List<Integer> expected = EXPECTED.get(room);
        await()
            .untilAsserted(
                () ->
                    assertThat(ids(reception, written))
                        .as(reception.subscriber())
                        .isEqualTo(expected));
        assertThat(reception.complaints()).isEmpty();
      }
    } finally {
      followers.forEach(Follower::close);
    }
  }

  /** Writes the ten messages; returns their values by {@code _id}. */
  private static List<String> write() throws Exception {
    List<String> values = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer = topic.producer()) {
      for (int id = 0; id < 10; id++) {
        int room = id % 3;
        byte[] value = new SeedMessage(String.valueOf(id), room, "message " + id).json();
        byte[] key = String.valueOf(id).getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(topic.name(), room % 3, key, value)).get();
        values.add(new String(value, StandardCharsets.UTF_8));
      }
    }
    return values;
  }

  /** The {@code _id}s of what was received; -1 for what was not written. */
  private static List<Integer> ids(Reception reception, List<String> written) {
    List<Long> fingerprints =
        written.stream()
            .map(value -> Reception.fingerprint(value.getBytes(StandardCharsets.UTF_8)))
            .toList();
    return Arrays.stream(reception.received()).mapToObj(fingerprints::indexOf).toList();
  }

  private static URI pod(int partition) {
    return pods.get(partition).webSocket();
  }
}
