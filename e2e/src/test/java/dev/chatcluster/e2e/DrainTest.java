package dev.chatcluster.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.e2e.client.Reception;
import dev.chatcluster.e2e.client.RoomSender;
import dev.chatcluster.e2e.client.StompProbe;
import dev.chatcluster.e2e.log.KafkaLog;
import dev.chatcluster.e2e.log.SeedMessage;
import dev.chatcluster.e2e.process.ChatTopic;
import dev.chatcluster.e2e.process.ConsumerProcess;
import dev.chatcluster.kafka.EmbeddedKafka;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM: clients are sent away one after the other, and what they were promised is kept. */
@Tag("slow")
@Timeout(300)
class DrainTest {
  private static final int CLIENTS = 60;
  private static final int DRAIN_SECONDS = 12;
  private static final int RESTARTING = 1012;

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(4);

  @Test
  void clientsLeaveSpreadOverTheDrainAndNoAcknowledgedSendIsLost() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder)) {
      ChatTopic topic = ChatTopic.create(kafka.bootstrapServers(), "chat", 2);
      Map<String, String> environment = new HashMap<>(topic.consumer("0"));
      environment.put("CHAT_DRAIN_SECONDS", String.valueOf(DRAIN_SECONDS));
      try (ConsumerProcess leaving = ConsumerProcess.launch(environment);
          ConsumerProcess staying = ConsumerProcess.launch(topic.consumer("1"))) {
        URI away = staying.awaitReady().webSocket();
        List<StompProbe> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++)
          clients.add(new StompProbe(http, leaving.webSocket()).subscribe(String.valueOf(i % 2)));
        List<RoomSender> senders = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          int room = i % 2;
          String name = "sender-" + i;
          RoomSender sender =
              new RoomSender("" + room, http, () -> away, timer, n -> message(name, room, n));
          sender.start(leaving.webSocket(), 5);
          senders.add(sender);
        }
        await().until(() -> senders.stream().allMatch(s -> s.acknowledged().size() > 50));

        leaving.terminate();
        await().until(() -> ready(leaving) == 503);
        assertThat(leaving.awaitExit(Duration.ofSeconds(DRAIN_SECONDS + 30))).isZero();

        checkGoodbyes(clients);
        await().until(() -> senders.stream().allMatch(s -> s.reconnects() == 1));
        senders.forEach(RoomSender::stop);
        await().until(() -> senders.stream().allMatch(RoomSender::settled));
        checkSends(senders, topic);
        senders.forEach(RoomSender::close);
      }
    } finally {
      timer.shutdownNow();
      http.shutdownNow();
    }
  }

  private static byte[] message(String name, int room, int number) {
    return new SeedMessage(name + "-" + number, room, "sent").json();
  }

  private int ready(ConsumerProcess pod) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(pod.management("/health/ready")).build();
    return http.send(request, BodyHandlers.discarding()).statusCode();
  }

  private static void checkGoodbyes(List<StompProbe> clients) throws Exception {
    List<Long> times = new ArrayList<>();
    for (StompProbe client : clients) {
      StompProbe.Closed closed = client.closed().get(60, TimeUnit.SECONDS);
      assertThat(closed.code()).isEqualTo(RESTARTING);
      assertThat(closed.reason()).contains("reconnect");
      times.add(closed.nanos());
    }
    times.sort(null);
    // How evenly, LoopTest says; here a machine that stalls has several go at once.
    assertThat(Duration.ofNanos(times.getLast() - times.getFirst()))
        .as("from the first close to the last")
        .isGreaterThan(Duration.ofSeconds(1));
  }

  private static void checkSends(List<RoomSender> senders, ChatTopic topic) {
    for (int i = 0; i < senders.size(); i++) {
      int room = i % 2;
      String name = "sender-" + i;
      Set<Long> log =
          KafkaLog.values(topic.bootstrapServers(), topic.name(), room).stream()
              .map(Reception::fingerprint)
              .collect(Collectors.toSet());
      RoomSender sender = senders.get(i);
      assertThat(sender.acknowledged())
          .as(name)
          .allSatisfy(n -> assertThat(log).contains(Reception.fingerprint(message(name, room, n))));
      assertThat(sender.complaints()).as(name).isEmpty();
      assertThat(sender.unknown())
          .as("a drained pod answers for all that it has written; %s", name)
          .allSatisfy(
              n -> assertThat(log).doesNotContain(Reception.fingerprint(message(name, room, n))));
    }
  }
}
