package dev.chatcluster.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.e2e.client.Follower;
import dev.chatcluster.e2e.client.LeanFollower;
import dev.chatcluster.e2e.client.Reception;
import dev.chatcluster.e2e.client.RoomSender;
import dev.chatcluster.e2e.client.SpringFollower;
import dev.chatcluster.e2e.client.StompjsFollowers;
import dev.chatcluster.e2e.log.KafkaLog;
import dev.chatcluster.e2e.log.LogCheck;
import dev.chatcluster.e2e.log.SeedMessage;
import dev.chatcluster.e2e.process.ChatTopic;
import dev.chatcluster.e2e.process.ConsumerProcess;
import dev.chatcluster.e2e.process.KafkaTools;
import dev.chatcluster.e2e.process.Node;
import dev.chatcluster.kafka.EmbeddedKafka;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Three rooms, three pods, 20 subscribers of each room on each pod, most of them ours, some
 * Spring's and, where Node is, stompjs; and owners killed while thousands of their partition's
 * records are not delivered yet.
 */
@Tag("slow")
@Timeout(600)
class KillTest {
  private static final int ROOMS = 3;
  private static final int LEAN = 18;
  private static final int MESSAGES = 10_000;
  private static final int BURST = 2_500;

  /** Owners in the order of their deaths; the last pod survives, and so do its clients. */
  private static final List<Integer> VICTIMS = List.of(0, 1, 0);

  private static final int LAG_AT_KILL = 2_000;
  private static final Duration CATCH_UP = Duration.ofSeconds(120);

  @TempDir Path folder;
  private EmbeddedKafka kafka;
  private ChatTopic topic;
  private RoomWriters writers;
  private final ConsumerProcess[] pods = new ConsumerProcess[ROOMS];
  private final List<Follower> followers = new ArrayList<>();
  private final Map<Follower, Integer> firstPod = new HashMap<>();
  private final List<RoomSender> senders = new ArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();
  private final HttpClient http = HttpClient.newHttpClient();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(16);
  private final ThreadPoolTaskScheduler springTimer = new ThreadPoolTaskScheduler();
  private StompjsFollowers stompjs;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.start(folder);
    topic = ChatTopic.create(kafka.bootstrapServers(), "chat", ROOMS);
    writers = new RoomWriters(topic);
    for (int p = 0; p < ROOMS; p++)
      pods[p] = ConsumerProcess.launch(topic.consumer(String.valueOf(p)));
    for (ConsumerProcess pod : pods) pod.awaitReady();
    springTimer.setPoolSize(4);
    springTimer.initialize();
    if (Node.present()) stompjs = new StompjsFollowers();
  }

  @AfterEach
  void stop() {
    timer.shutdownNow();
    followers.forEach(Follower::close);
    senders.forEach(RoomSender::close);
    if (stompjs != null) stompjs.close();
    springTimer.shutdown();
    for (ConsumerProcess pod : pods) if (pod != null) pod.close();
    http.shutdownNow();
    if (writers != null) writers.close();
    if (kafka != null) kafka.close();
  }

  @Test
  void everySubscriberSeesTheWholeLogInOrderThoughOwnersAreKilled() throws Exception {
    subscribeOnEveryPod();
    startSenders();
    for (int victim : VICTIMS) {
      writers.trickle(victim, 700);
      killWithUndelivered(victim);
      pods[victim] = ConsumerProcess.start(topic.consumer(String.valueOf(victim)));
      tellStompjs();
    }
    for (int room = 0; room < ROOMS; room++) writers.fill(room, MESSAGES - acknowledgedSends(room));
    senders.forEach(RoomSender::stop);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> senders.stream().allMatch(RoomSender::settled));
    for (int room = 0; room < ROOMS; room++) writers.last(room);
    long[][] logs = readLogs();
    awaitAll(logs);
    report(logs);
    checkFollowers(logs);
    checkSenders(logs);
    checkLag();
  }

  private void subscribeOnEveryPod() throws Exception {
    List<CompletableFuture<Void>> started = new ArrayList<>();
    for (int pod = 0; pod < ROOMS; pod++)
      for (int room = 0; room < ROOMS; room++) {
        List<Follower> here = new ArrayList<>();
        for (int i = 0; i < LEAN; i++)
          here.add(new LeanFollower("lean-" + pod + "-" + i, "" + room, http, this::anyPod, timer));
        here.add(new SpringFollower("spring-" + pod, "" + room, this::anyPod, timer, springTimer));
        here.add(
            stompjs == null
                ? new LeanFollower("lean-" + pod + "-" + LEAN, "" + room, http, this::anyPod, timer)
                : stompjs.follower("stompjs-" + pod, "" + room));
        for (Follower follower : here) {
          firstPod.put(follower, pod);
          followers.add(follower);
          started.add(follower.start(pods[pod].webSocket()));
        }
      }
    tellStompjs();
    CompletableFuture.allOf(started.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
    assertThat(followers).hasSize(ROOMS * ROOMS * (LEAN + 2));
  }

  private void startSenders() {
    for (int room = 0; room < ROOMS; room++)
      for (int pod = 0; pod < ROOMS; pod++) {
        int to = room;
        String name = "sender-" + room + "-" + pod;
        RoomSender sender =
            new RoomSender(
                "" + room,
                http,
                this::anyPod,
                timer,
                n -> new SeedMessage(name + "-" + n, to, "sent").json());
        senders.add(sender);
        sender.start(pods[pod].webSocket(), 15);
      }
  }

  /** Kills the owner of {@code room}'s partition in the middle of thousands of records. */
  private void killWithUndelivered(int room) throws Exception {
    int before = furthest(room);
    writers.burst(room, BURST);
    await()
        .pollInterval(Duration.ofMillis(1))
        .pollDelay(Duration.ZERO)
        .until(() -> furthest(room) > before);
    // Nobody delivers what follows before the kill, however late that comes.
    for (ConsumerProcess pod : pods) pod.freeze();
    int written = writers.burst(room, BURST);
    int undelivered = written + acknowledgedSends(room) - furthest(room);
    pods[room].kill();
    for (ConsumerProcess pod : pods) if (pod != pods[room]) pod.thaw();
    System.out.printf(
        "killed the owner of partition %d with at least %d records not delivered to any of its"
            + " subscribers%n",
        room, undelivered);
    assertThat(undelivered).as("records not delivered at the kill").isGreaterThan(LAG_AT_KILL);
  }

  /** Messages of the room at the subscriber that has most of them. */
  private int furthest(int room) {
    return followers.stream()
        .filter(f -> room(f.reception()) == room)
        .mapToInt(f -> f.reception().count())
        .max()
        .orElseThrow();
  }

  private int acknowledgedSends(int room) {
    return senders.stream()
        .filter(s -> s.room().equals("" + room))
        .mapToInt(s -> s.acknowledged().size())
        .sum();
  }

  private URI anyPod() {
    return pods[turn.getAndIncrement() % ROOMS].webSocket();
  }

  private void tellStompjs() {
    if (stompjs == null) return;
    stompjs.pods(Arrays.stream(pods).map(ConsumerProcess::webSocket).toList());
  }

  private long[][] readLogs() {
    long[][] logs = new long[ROOMS][];
    for (int room = 0; room < ROOMS; room++)
      logs[room] =
          KafkaLog.values(kafka.bootstrapServers(), topic.name(), room).stream()
              .mapToLong(Reception::fingerprint)
              .toArray();
    return logs;
  }

  private static int room(Reception reception) {
    String name = reception.subscriber();
    return name.charAt(name.length() - 1) - '0';
  }

  private static boolean hasAll(Follower follower, long[][] logs) {
    long[] log = logs[room(follower.reception())];
    return follower.reception().count() >= log.length
        && follower.reception().endsWith(log[log.length - 1]);
  }

  private void awaitAll(long[][] logs) {
    try {
      await()
          .atMost(CATCH_UP)
          .until(() -> followers.stream().allMatch(f -> hasAll(f, logs)) || broken());
    } catch (ConditionTimeoutException late) {
      // What is missing, the checks say better.
    }
  }

  private boolean broken() {
    return followers.stream().anyMatch(f -> !f.reception().complaints().isEmpty());
  }

  private void checkFollowers(long[][] logs) {
    LogCheck[] checks = new LogCheck[ROOMS];
    for (int room = 0; room < ROOMS; room++) {
      assertThat(logs[room].length).isGreaterThanOrEqualTo(MESSAGES);
      checks[room] = new LogCheck(logs[room]);
    }
    List<String> wrong = new ArrayList<>();
    for (Follower follower : followers) {
      Reception reception = follower.reception();
      var problems = checks[room(reception)].problems(reception.received());
      if (!problems.isEmpty() || !reception.complaints().isEmpty())
        wrong.add(reception.subscriber() + ": " + problems + " " + reception.complaints());
    }
    assertThat(wrong).as("subscribers whose messages are not the log").isEmpty();
    assertThat(followers)
        .filteredOn(follower -> VICTIMS.contains(firstPod.get(follower)))
        .as("each subscriber whose pod was killed came back")
        .allSatisfy(f -> assertThat(f.reception().reconnects()).isPositive());
  }

  private void checkSenders(long[][] logs) {
    for (int room = 0; room < ROOMS; room++)
      for (int pod = 0; pod < ROOMS; pod++) {
        RoomSender sender = senders.get(room * ROOMS + pod);
        String name = "sender-" + room + "-" + pod;
        Map<Long, Integer> place = new HashMap<>();
        for (int i = 0; i < logs[room].length; i++) place.put(logs[room][i], i);
        List<Integer> places = new ArrayList<>();
        for (int number : sender.acknowledged()) {
          byte[] body = new SeedMessage(name + "-" + number, room, "sent").json();
          Integer found = place.get(Reception.fingerprint(body));
          assertThat(found).as("%s's message %d was acknowledged", name, number).isNotNull();
          places.add(found);
        }
        assertThat(places).as("%s's messages in the log", name).isSorted();
        assertThat(sender.acknowledged()).as(name).hasSizeGreaterThan(100);
        assertThat(sender.complaints()).as(name).isEmpty();
      }
  }

  private void checkLag() {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(KafkaTools.describe(kafka.bootstrapServers(), "chat.delivery"))
                    .hasSize(ROOMS)
                    .allSatisfy(line -> assertThat(line.lag()).isZero()));
  }

  private void report(long[][] logs) {
    long deliveries = followers.stream().mapToLong(f -> f.reception().count()).sum();
    int reconnects = followers.stream().mapToInt(f -> f.reception().reconnects()).sum();
    int acknowledged = senders.stream().mapToInt(s -> s.acknowledged().size()).sum();
    int unknown = senders.stream().mapToInt(s -> s.unknown().size()).sum();
    System.out.printf(
        "%d subscribers, %d deliveries of %d + %d + %d messages, %d reconnects, %d sends"
            + " acknowledged, %d sends unknown%n",
        followers.size(),
        deliveries,
        logs[0].length,
        logs[1].length,
        logs[2].length,
        reconnects,
        acknowledged,
        unknown);
  }
}
