package dev.chatcluster.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.e2e.client.StompFrame;
import dev.chatcluster.e2e.client.StompProbe;
import dev.chatcluster.e2e.log.SeedMessage;
import dev.chatcluster.e2e.process.ChatTopic;
import dev.chatcluster.e2e.process.ConsumerProcess;
import dev.chatcluster.e2e.process.KafkaTools;
import dev.chatcluster.kafka.EmbeddedKafka;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What should not be written, sent or configured: each is answered, and nobody else notices. */
@Tag("slow")
@Timeout(240)
class BadInputTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** The longest that a client waits for an answer to a SEND while Kafka is away. */
  private static final Duration BOUND = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private EmbeddedKafka kafka;
  private ChatTopic topic;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.start(folder);
    topic = ChatTopic.create(kafka.bootstrapServers(), "chat", 2);
  }

  @AfterEach
  void stop() {
    http.shutdownNow();
    kafka.close();
  }

  @Test
  void recordsOfNoRoomAreCountedAndSkippedAndThePartitionGoesOn() throws Exception {
    try (ConsumerProcess pod = ConsumerProcess.start(topic.consumer("0"));
        KafkaProducer<byte[], byte[]> producer = topic.producer();
        StompProbe client = new StompProbe(http, pod.webSocket()).subscribe("0")) {
      String[] bad = {"{\"no\":\"room\"}", "{\"roomId\":", "not JSON", "", null, "[0]"};
      for (int i = 0; i < bad.length; i++) {
        write(producer, 0, bad[i]);
        write(producer, 0, good(i));
      }
      write(
          producer, 0, new String(new SeedMessage("stray", 1, "x").json(), StandardCharsets.UTF_8));
      write(producer, 0, good(bad.length));
      for (int i = 0; i <= bad.length; i++) assertThat(client.next(SOON).text()).isEqualTo(good(i));
      awaitNoLag();
      String metrics = get(pod, "/metrics");
      assertThat(sum(metrics, "chat_strays_total")).as("strays in\n%s", metrics).isEqualTo(1);
      assertThat(sum(metrics, "chat_records_skipped_total"))
          .as("records skipped in\n%s", metrics)
          .isEqualTo(bad.length);
      assertThat(pod.output()).contains("is skipped", "its room 1 belongs to partition 1");
      assertThat(pod.output().lines().count()).as("lines of log").isLessThan(60);
    }
  }

  @Test
  void aSendWhileKafkaIsAwayIsAnsweredWithinABoundAndNeverByAFalseReceipt() throws Exception {
    try (ConsumerProcess pod = ConsumerProcess.start(topic.consumer("0"));
        StompProbe client = new StompProbe(http, pod.webSocket()).subscribe("0")) {
      kafka.stop();
      client.send("0", "lost", good(0).getBytes(StandardCharsets.UTF_8));
      StompFrame answer = client.next(BOUND);
      assertThat(answer.command()).isEqualTo("ERROR");
      assertThat(answer.header("receipt-id")).isEqualTo("lost");
      assertThat(answer.header("message") + answer.text()).containsIgnoringCase("again");
      assertThat(client.closed().get().code()).isEqualTo(1013);
      assertThat(get(pod, "/health/ready")).as("ready while Kafka is away").isNotNull();
      assertThat(pod.output()).doesNotContain("NetworkClient");
      kafka.start();
      try (StompProbe again = new StompProbe(http, pod.webSocket()).subscribe("0")) {
        again.send("0", "kept", good(1).getBytes(StandardCharsets.UTF_8));
        awaitMessageAndReceipt(again, good(1), "kept");
      }
    }
  }

  @Test
  void aSendWhileKafkaIsAwayForAMomentIsAcknowledgedAndDelivered() throws Exception {
    try (ConsumerProcess pod = ConsumerProcess.start(topic.consumer("0"));
        StompProbe client = new StompProbe(http, pod.webSocket()).subscribe("0")) {
      kafka.stop();
      client.send("0", "late", good(0).getBytes(StandardCharsets.UTF_8));
      kafka.start();
      awaitMessageAndReceipt(client, good(0), "late");
    }
  }

  @Test
  void anEnvironmentWithMistakesIsRefusedWithAllOfThemInOneList() {
    Map<String, String> environment = new HashMap<>(topic.consumer("many"));
    environment.remove("CHAT_TOPIC");
    environment.put("CHAT_ROOMS_SOURCE", "Nowhere");
    environment.put("CHAT_COLOUR", "blue");
    try (ConsumerProcess pod = ConsumerProcess.launch(environment)) {
      assertThat(pod.awaitExit(SOON)).isNotZero();
      await()
          .untilAsserted(
              () ->
                  assertThat(pod.output())
                      .contains("CHAT_TOPIC", "CHAT_PARTITION", "CHAT_ROOMS_SOURCE", "CHAT_COLOUR")
                      .doesNotContain("\tat "));
    }
  }

  private void awaitMessageAndReceipt(StompProbe client, String body, String receipt)
      throws InterruptedException {
    boolean message = false;
    boolean acknowledged = false;
    while (!message || !acknowledged) {
      StompFrame frame = client.next(BOUND);
      switch (frame.command()) {
        case "MESSAGE" -> {
          // What got an ERROR may have reached the log all the same.
          if (frame.text().equals(body)) message = true;
        }
        case "RECEIPT" -> {
          assertThat(frame.header("receipt-id")).isEqualTo(receipt);
          acknowledged = true;
        }
        default -> throw new AssertionError("unexpected " + frame.command() + frame.headers());
      }
    }
  }

  private void awaitNoLag() {
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(KafkaTools.describe(kafka.bootstrapServers(), "chat.delivery"))
                    .filteredOn(line -> line.partition() == 0)
                    .singleElement()
                    .satisfies(line -> assertThat(line.lag()).isZero()));
  }

  private static double sum(String metrics, String counter) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(counter))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private void write(KafkaProducer<byte[], byte[]> producer, int partition, String value)
      throws Exception {
    byte[] bytes = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
    producer.send(new ProducerRecord<>(topic.name(), partition, null, bytes)).get();
  }

  private static String good(int number) {
    return new String(new SeedMessage("good-" + number, 0, "x").json(), StandardCharsets.UTF_8);
  }

  private String get(ConsumerProcess pod, String path) throws Exception {
    var response =
        http.send(HttpRequest.newBuilder(pod.management(path)).build(), BodyHandlers.ofString());
    assertThat(response.statusCode()).as(path).isEqualTo(200);
    return response.body();
  }
}
