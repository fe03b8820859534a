package dev.chatcluster.e2e.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.e2e.client.Reception;
import dev.chatcluster.e2e.client.StompjsFollowers;
import dev.chatcluster.e2e.client.StompjsFollowers.StompjsFollower;
import dev.chatcluster.e2e.log.KafkaLog;
import dev.chatcluster.e2e.log.LogCheck;
import dev.chatcluster.e2e.log.SeedMessage;
import dev.chatcluster.e2e.process.ChatTopic;
import dev.chatcluster.e2e.process.ConsumerProcess;
import dev.chatcluster.kafka.EmbeddedKafka;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code docs/examples/resuming-client.js} under Node: clients of one room that write and read
 * while their pods are killed.
 */
@Tag("slow")
@Timeout(240)
class ResumingClientTest {
  private static final String ROOM = "0";
  private static final int CLIENTS = 6;
  private static final int MESSAGES = 120;
  private static final int KILL_EVERY = MESSAGES / 3;

  @TempDir Path folder;

  @Test
  void seesEachMessageOnceAndWritesEachOfItsOwnInOrderThoughPodsAreKilled() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder)) {
      ChatTopic topic = ChatTopic.create(kafka.bootstrapServers(), "chat", 2);
      ConsumerProcess[] pods = new ConsumerProcess[2];
      try (StompjsFollowers node = new StompjsFollowers()) {
        for (int p = 0; p < pods.length; p++)
          pods[p] = ConsumerProcess.launch(topic.consumer("" + p));
        List<StompjsFollower> clients = start(node, urls(pods));
        for (int n = 0; n < MESSAGES; n++) {
          for (StompjsFollower client : clients) client.send(body(client, n));
          if (n % KILL_EVERY == KILL_EVERY / 2) {
            // In the middle of what was just sent: some of it is in the log and not answered.
            int victim = n / KILL_EVERY % pods.length;
            pods[victim].kill();
            pods[victim] = ConsumerProcess.start(topic.consumer("" + victim));
            node.pods(urls(pods));
          }
        }
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> clients.stream().allMatch(c -> c.answered().size() == MESSAGES));

        long[] log = firstOccurrences(topic);
        assertThat(log).hasSize(CLIENTS * MESSAGES);
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> clients.stream().allMatch(c -> c.reception().count() >= log.length));
        for (StompjsFollower client : clients) check(client, log);
        assertThat(clients.stream().mapToInt(c -> c.reception().reconnects()).sum())
            .as("reconnects")
            .isGreaterThanOrEqualTo(CLIENTS);
      } finally {
        for (ConsumerProcess pod : pods) if (pod != null) pod.close();
      }
    }
  }

  @Test
  void goesOnAfterAMessageThatIsRefused() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder);
        ConsumerProcess pod =
            ConsumerProcess.launch(
                ChatTopic.create(kafka.bootstrapServers(), "chat", 1).consumer("0"));
        StompjsFollowers node = new StompjsFollowers()) {
      StompjsFollower client = node.follower("client", ROOM);
      client.start(pod.webSocket()).get(30, TimeUnit.SECONDS);
      client.send(body(client, 0));
      client.send("no JSON, so it is in no room");
      client.send(body(client, 1));
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> client.answered().equals(List.of(body(client, 0), body(client, 1))));
      assertThat(client.refused()).singleElement().asString().contains("roomId");
      await().until(() -> client.reception().count() == 2);
    }
  }

  private static List<URI> urls(ConsumerProcess[] pods) {
    return Stream.of(pods).map(ConsumerProcess::webSocket).toList();
  }

  private static List<StompjsFollower> start(StompjsFollowers node, List<URI> pods)
      throws Exception {
    List<StompjsFollower> clients = new ArrayList<>();
    List<CompletableFuture<Void>> started = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      StompjsFollower client = node.follower("client-" + i, ROOM);
      clients.add(client);
      started.add(client.start(pods.get(i % pods.size())));
    }
    node.pods(pods);
    CompletableFuture.allOf(started.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
    return clients;
  }

  private static String body(StompjsFollower client, int number) {
    String id = client.reception().subscriber() + "-" + number;
    byte[] json = new SeedMessage(id, Integer.parseInt(ROOM), "sent").json();
    return new String(json, StandardCharsets.UTF_8);
  }

  /** The room's log, each message where it came first: one that was retried may lie there twice. */
  private static long[] firstOccurrences(ChatTopic topic) {
    return KafkaLog.values(topic.bootstrapServers(), topic.name(), 0).stream()
        .mapToLong(Reception::fingerprint)
        .distinct()
        .toArray();
  }

  private static void check(StompjsFollower client, long[] log) {
    Reception reception = client.reception();
    assertThat(reception.complaints()).as(reception.subscriber()).isEmpty();
    assertThat(new LogCheck(log).problems(reception.received()))
        .as(reception.subscriber())
        .isEmpty();
    List<String> own = IntStream.range(0, MESSAGES).mapToObj(n -> body(client, n)).toList();
    assertThat(client.answered()).as("answers of %s", reception.subscriber()).isEqualTo(own);
    assertThat(ownOf(client, log)).as("log of %s", reception.subscriber()).isSorted();
  }

  /** Numbers of a client's messages in the order of the log. */
  private static int[] ownOf(StompjsFollower client, long[] log) {
    List<Long> own =
        IntStream.range(0, MESSAGES)
            .mapToObj(n -> body(client, n).getBytes(StandardCharsets.UTF_8))
            .map(Reception::fingerprint)
            .toList();
    return Arrays.stream(log).mapToInt(own::indexOf).filter(n -> n >= 0).toArray();
  }
}
