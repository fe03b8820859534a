package dev.chatcluster.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatcluster.e2e.client.Reception;
import dev.chatcluster.e2e.client.StompjsFollowers;
import dev.chatcluster.e2e.client.StompjsFollowers.StompjsFollower;
import dev.chatcluster.e2e.log.SeedMessage;
import dev.chatcluster.e2e.process.ChatTopic;
import dev.chatcluster.e2e.process.QuickstartProcess;
import dev.chatcluster.e2e.process.QuickstartProcess.Pod;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kubectl scale --replicas=8}, then {@code 2}, on the quickstart under load: a Kafka
 * producer that knows of three partitions and of nothing else, stock stompjs clients and those of
 * the documents' example on every pod.
 */
@Tag("slow")
@Timeout(900)
class RescaleOnQuickstartTest {
  private static final int ROOMS = 12;
  private static final int PRODUCERS_COUNT = 3;
  private static final int FEW = 2;
  private static final int MANY = 8;
  private static final int ROUNDS_BETWEEN = 30;

  /** Eight JVMs start at once, perhaps on a machine that has other things to do. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir Path folder;
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final List<StompjsFollower> stock = new ArrayList<>();
  private final List<StompjsFollower> examples = new ArrayList<>();
  private final List<StompjsFollower> reference = new ArrayList<>();
  private final Map<StompjsFollower, Integer> podOf = new HashMap<>();
  private final Map<StompjsFollower, Integer> roomOf = new HashMap<>();
  private volatile int rounds;
  private final List<Future<RecordMetadata>> acknowledgements = new ArrayList<>();
  private final Map<StompjsFollower, ConcurrentLinkedQueue<String>> sent = new HashMap<>();

  @Test
  void streamsStayWholeAndInOrderUpAndDown() throws Exception {
    try (QuickstartProcess quickstart = QuickstartProcess.start(folder);
        StompjsFollowers node = new StompjsFollowers();
        KafkaProducer<byte[], byte[]> producer =
            new ChatTopic(quickstart.bootstrapServers(), "studyhub", PRODUCERS_COUNT).producer()) {
      node.pods(List.of(quickstart.webSocket()));
      List<Pod> first = quickstart.pods();
      for (Pod pod : first) connect(node, pod, pod.partition() == 0);
      examples.forEach(client -> sent.put(client, new ConcurrentLinkedQueue<>()));
      Future<?> load =
          timer.scheduleAtFixedRate(() -> load(producer), 0, 100, TimeUnit.MILLISECONDS);
      awaitLoad();

      rescale(quickstart, MANY);
      for (Pod pod : quickstart.pods())
        if (pod.partition() >= first.size()) connect(node, pod, false);
      awaitLoad();

      rescale(quickstart, FEW);
      awaitLoad();
      load.cancel(false);
      timer.shutdown();
      assertThat(timer.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      for (Future<RecordMetadata> each : acknowledgements) each.get(60, TimeUnit.SECONDS);
      await().atMost(Duration.ofSeconds(60)).until(this::allAnswered);
      await().atMost(Duration.ofSeconds(60)).until(this::allCaughtUp);

      report();
      for (int room = 0; room < ROOMS; room++) checkReference(room);
      stock.forEach(this::checkStock);
      examples.forEach(this::checkExample);
      for (Pod pod : quickstart.pods()) {
        assertThat(pod.restarts()).isZero();
        assertThat(first.get(pod.partition()).uid()).as("a pod that stays").isEqualTo(pod.uid());
      }
    } finally {
      timer.shutdownNow();
    }
  }

  /** Four rooms of each pod for either kind; on one pod a stock client for each room. */
  private void connect(StompjsFollowers node, Pod pod, boolean isReference) throws Exception {
    List<CompletableFuture<Void>> started = new ArrayList<>();
    for (int room = 0; room < ROOMS; room++) {
      if (isReference || room % 3 == pod.partition() % 3) {
        StompjsFollower client = node.stock("stock-" + pod.partition(), "" + room);
        if (isReference) reference.add(client);
        started.add(start(client, pod, room, stock));
      }
      if (room % 3 == pod.partition() % 3)
        started.add(
            start(node.follower("example-" + pod.partition(), "" + room), pod, room, examples));
    }
    CompletableFuture.allOf(started.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
  }

  private CompletableFuture<Void> start(
      StompjsFollower client, Pod pod, int room, List<StompjsFollower> kind) {
    kind.add(client);
    podOf.put(client, pod.partition());
    roomOf.put(client, room);
    return client.start(pod.webSocket());
  }

  /** To each room one message by Kafka, and by each client of the first pods one. */
  private void load(KafkaProducer<byte[], byte[]> producer) {
    int round = rounds;
    for (int room = 0; room < ROOMS; room++) {
      byte[] value = produced(room, round).getBytes(StandardCharsets.UTF_8);
      int partition = room % PRODUCERS_COUNT;
      acknowledgements.add(producer.send(new ProducerRecord<>("studyhub", partition, null, value)));
    }
    sent.forEach(
        (client, bodies) -> {
          String id = client.reception().subscriber() + " " + round;
          String body = message(id, roomOf.get(client));
          bodies.add(body);
          client.send(body);
        });
    rounds = round + 1;
  }

  private void awaitLoad() {
    int before = rounds;
    await().atMost(Duration.ofSeconds(60)).until(() -> rounds >= before + ROUNDS_BETWEEN);
  }

  private static String produced(int room, int number) {
    return message("producer " + room + " " + number, room);
  }

  private static String message(String id, int room) {
    return new String(new SeedMessage(id, room, "under load").json(), StandardCharsets.UTF_8);
  }

  private void rescale(QuickstartProcess quickstart, int partitions) throws Exception {
    long begun = System.nanoTime();
    System.out.println(quickstart.scale(partitions));
    List<String> told = new ArrayList<>();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              JsonNode status = quickstart.cluster().path("status");
              String now = rescaling(status);
              if (told.isEmpty() || !told.getLast().equals(now)) {
                told.add(now);
                System.out.printf("%6.1f s  %s%n", (System.nanoTime() - begun) / 1e9, now);
              }
              List<Pod> pods = quickstart.pods();
              return status.path("partitions").asInt() == partitions
                  && now.startsWith("NotRescaling")
                  && pods.size() == partitions
                  && pods.stream().allMatch(Pod::ready);
            });
  }

  private static String rescaling(JsonNode status) {
    for (JsonNode condition : status.path("conditions"))
      if (condition.path("type").asText().equals("Rescaling"))
        return "%s (epoch %s) %s"
            .formatted(
                condition.path("reason").asText(),
                status.path("epoch"),
                condition.path("message").asText());
    return "";
  }

  private boolean allAnswered() {
    return sent.entrySet().stream()
        .allMatch(each -> each.getKey().answered().size() == each.getValue().size());
  }

  private int total(int room) {
    return rounds
        + sent.entrySet().stream()
            .filter(each -> roomOf.get(each.getKey()) == room)
            .mapToInt(each -> each.getValue().size())
            .sum();
  }

  private boolean allCaughtUp() {
    for (StompjsFollower each : reference)
      if (each.reception().count() < total(roomOf.get(each))) return false;
    return examples.stream().allMatch(this::isAtTheEnd)
        && stock.stream().allMatch(client -> client.ended() || isAtTheEnd(client));
  }

  private boolean isAtTheEnd(StompjsFollower client) {
    long[] all = order(roomOf.get(client));
    return client.reception().endsWith(all[all.length - 1]);
  }

  /**
   * The room's order, as the client on the first pod saw it that is there from the beginning on.
   */
  private long[] order(int room) {
    return reference.get(room).reception().received();
  }

  private void report() {
    int messages = IntStream.range(0, ROOMS).map(this::total).sum();
    int resumed = examples.stream().mapToInt(c -> c.reception().reconnects()).sum();
    System.out.printf(
        "%d messages in %d rooms; %d stock clients, of which the pods of %d went; %d examples, which"
            + " resumed %d times%n",
        messages,
        ROOMS,
        stock.size(),
        stock.stream().filter(StompjsFollower::ended).count(),
        examples.size(),
        resumed);
  }

  private void checkReference(int room) {
    long[] order = order(room);
    assertThat(Arrays.stream(order).distinct().count()).as("doubled").isEqualTo(order.length);
    assertThat(order).as("messages of room %d", room).hasSize(total(room));
    checkSender(
        "the producer",
        order,
        IntStream.range(0, rounds).mapToObj(n -> produced(room, n)).toList());
    sent.forEach(
        (client, bodies) -> {
          if (roomOf.get(client) == room)
            checkSender(client.reception().subscriber(), order, List.copyOf(bodies));
        });
  }

  private static void checkSender(String name, long[] order, List<String> bodies) {
    List<Long> expected =
        bodies.stream()
            .map(b -> Reception.fingerprint(b.getBytes(StandardCharsets.UTF_8)))
            .toList();
    var own = Set.copyOf(expected);
    assertThat(Arrays.stream(order).boxed().filter(own::contains).toList())
        .as("what %s wrote, in its order", name)
        .isEqualTo(expected);
  }

  private void checkStock(StompjsFollower client) {
    assertThat(client.ended())
        .as("%s lost its connection", client.reception().subscriber())
        .isEqualTo(podOf.get(client) >= FEW);
    checkRun(client, !client.ended());
  }

  private void checkExample(StompjsFollower client) {
    if (podOf.get(client) >= FEW)
      assertThat(client.reception().reconnects())
          .as("%s, whose pod went, resumed", client.reception().subscriber())
          .isPositive();
    else assertThat(client.reception().reconnects()).isZero();
    checkRun(client, true);
  }

  /** That a client saw a contiguous run of its room's order, all of it if it was there first. */
  private void checkRun(StompjsFollower client, boolean toTheEnd) {
    Reception reception = client.reception();
    assertThat(reception.complaints()).as(reception.subscriber()).isEmpty();
    long[] order = order(roomOf.get(client));
    long[] received = reception.received();
    assertThat(received).as(reception.subscriber()).isNotEmpty();
    int from =
        IntStream.range(0, order.length)
            .filter(i -> order[i] == received[0])
            .findFirst()
            .orElseThrow();
    if (podOf.get(client) < PRODUCERS_COUNT) assertThat(from).as(reception.subscriber()).isZero();
    int to = Math.min(order.length, from + received.length);
    assertThat(received).as(reception.subscriber()).isEqualTo(Arrays.copyOfRange(order, from, to));
    if (toTheEnd) assertThat(to).as(reception.subscriber()).isEqualTo(order.length);
  }
}
