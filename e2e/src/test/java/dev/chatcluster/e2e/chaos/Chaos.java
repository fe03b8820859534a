package dev.chatcluster.e2e.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chatcluster.e2e.chaos.check.Findings;
import dev.chatcluster.e2e.chaos.check.Message;
import dev.chatcluster.e2e.chaos.check.RoomCheck;
import dev.chatcluster.e2e.chaos.check.Sent;
import dev.chatcluster.e2e.chaos.check.Stream;
import dev.chatcluster.e2e.chaos.cluster.Kubernetes;
import dev.chatcluster.e2e.chaos.cluster.Pod;
import dev.chatcluster.e2e.chaos.load.Listener;
import dev.chatcluster.e2e.chaos.load.Surroundings;
import dev.chatcluster.kafka.KafkaOptions;
import dev.chatcluster.kafka.KafkaProcesses;
import dev.chatcluster.quickstart.objects.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.logging.Level;
import java.util.logging.Logger;

/** One run: load, faults, and in the end the verdict. */
final class Chaos {
  private static final String NAME = "chaos";
  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration SETTLE = Duration.ofSeconds(120);
  private static final Duration QUIET = Duration.ofSeconds(8);

  /** Held, since java.util.logging forgets the level of a logger that nobody holds. */
  private static final Logger CLIENTS = Logger.getLogger("org.apache.kafka.clients");

  private final Settings settings;
  private final Path folder;

  /**
   * @param folder for data and logs; they stay
   */
  Chaos(Settings settings, Path folder) {
    this.settings = settings;
    this.folder = folder;
  }

  static void say(String format, Object... args) {
    System.out.printf(
        "%s %s%n", LocalTime.now().truncatedTo(ChronoUnit.MILLIS), format.formatted(args));
  }

  Report run() throws Exception {
    // Brokers go all the time: that is not worth a line.
    CLIENTS.setLevel(Level.SEVERE);
    say("%s in %s", settings, folder);
    Files.createDirectories(folder);
    KafkaOptions options = KafkaOptions.DEFAULT.withNodes(settings.brokers());
    try (KafkaProcesses kafka = KafkaProcesses.start(folder.resolve("kafka"), options);
        Kubernetes kubernetes = new Kubernetes(folder)) {
      kubernetes.create(chatCluster(kafka.bootstrapServers()));
      await("the first pods", START, () -> ready(kubernetes).size() == Settings.FIRST);
      HttpClient http = HttpClient.newHttpClient();
      try {
        return run(kafka, kubernetes, http);
      } finally {
        // Not close, which would wait for pods that do not answer.
        http.shutdownNow();
      }
    }
  }

  private Report run(KafkaProcesses kafka, Kubernetes kubernetes, HttpClient http)
      throws Exception {
    Surroundings surroundings = new Surroundings(http, () -> anyPod(kubernetes), true);
    Rescales rescales = new Rescales(kubernetes, NAME, settings.most());
    try (Load load = new Load(settings, surroundings);
        Cuts cuts = new Cuts(kafka.bootstrapServers(), NAME)) {
      Faults faults = new Faults(kubernetes, kafka, rescales, cuts, settings.seed());
      load.listen();
      for (Listener listener : load.listeners()) {
        await("every subscription", START, listener::subscribed);
      }
      load.write(settings, kafka.bootstrapServers(), NAME);
      faults.start();
      long until = System.nanoTime() + settings.time().toNanos();
      while (System.nanoTime() < until && !enough(rescales, faults)) Thread.sleep(500);
      faults.stop();
      load.stopWriting();
      boolean settled = await(SETTLE, load::settled);
      say("everything was sent; %s", settled ? "all is decided" : "not all is decided");
      quiet(load::received);
      say("nothing comes any more; reading every room from its beginning");
      Set<Integer> damaged = new TreeSet<>();
      Findings findings = judge(load, kubernetes, http, damaged);
      LogCount count = LogCount.of(kafka.bootstrapServers(), NAME, damaged, folder);
      return new Report(
          settings,
          findings,
          complaints(load, settled),
          count,
          faults.done(),
          load.acknowledged(),
          load.connections(),
          surroundings.errors());
    }
  }

  private boolean enough(Rescales rescales, Faults faults) {
    return rescales.epoch() >= settings.epochs()
        && faults.done().values().stream().allMatch(count -> count >= settings.faults());
  }

  private ObjectNode chatCluster(String bootstrapServers) {
    String yaml =
        """
        apiVersion: chatcluster.dev/v1
        kind: ChatCluster
        metadata: {name: %s}
        spec:
          partitions: %d
          kafka: {bootstrapServers: "%s"}
          topic: {replicas: %d}
          rescale: {producerRefresh: %ds}
          consumer: {drainSeconds: 2}
        """;
    return Json.read(
        yaml.formatted(
                NAME,
                Settings.FIRST,
                bootstrapServers,
                settings.brokers(),
                settings.refresh().toSeconds())
            .getBytes(StandardCharsets.UTF_8));
  }

  private static List<Pod> ready(Kubernetes kubernetes) {
    return kubernetes.pods().stream().filter(Pod::ready).toList();
  }

  private static Optional<URI> anyPod(Kubernetes kubernetes) {
    List<Pod> pods = ready(kubernetes);
    if (pods.isEmpty()) return Optional.empty();
    return Optional.of(pods.get(ThreadLocalRandom.current().nextInt(pods.size())).webSocket());
  }

  /** The reference is what a fresh client reads; another one must read the same. */
  private Findings judge(Load load, Kubernetes kubernetes, HttpClient http, Set<Integer> damaged)
      throws InterruptedException {
    Surroundings calm = new Surroundings(http, () -> anyPod(kubernetes), false);
    Map<Integer, String> places = load.first().beginnings();
    Listener reference = fresh("reference", places, calm, Message::sentAt);
    Listener second = fresh("second", places, calm, message -> Long.MAX_VALUE);
    Findings findings = Findings.NONE;
    for (int room : Load.rooms()) {
      List<Stream> streams = new ArrayList<>();
      streams.add(second.stream(room));
      load.listeners().stream()
          .map(l -> l.stream(room))
          .filter(Objects::nonNull)
          .forEach(streams::add);
      List<Sent> senders = load.senders().stream().map(s -> s.sent(room)).toList();
      Findings here = RoomCheck.of(reference.tape(room), streams, senders);
      if (!here.damage().isEmpty()) damaged.add(room);
      findings = findings.with(here);
    }
    return findings;
  }

  private static Listener fresh(
      String name, Map<Integer, String> places, Surroundings calm, ToLongFunction<Message> clock)
      throws InterruptedException {
    Listener listener = Listener.from(name, places, calm, 0, clock);
    quiet(listener::count);
    listener.close();
    return listener;
  }

  private static List<String> complaints(Load load, boolean settled) {
    List<String> complaints = new ArrayList<>();
    if (!settled) complaints.add("not everything that was sent was acknowledged in the end");
    load.listeners().forEach(listener -> complaints.addAll(listener.complaints()));
    return complaints;
  }

  /** Waits until a count does not grow any more. */
  private static void quiet(LongSupplier count) throws InterruptedException {
    long until = System.nanoTime() + SETTLE.toNanos();
    long before = -1;
    long since = System.nanoTime();
    while (System.nanoTime() < until && System.nanoTime() - since < QUIET.toNanos()) {
      long now = count.getAsLong();
      if (now != before) since = System.nanoTime();
      before = now;
      Thread.sleep(100);
    }
  }

  private static void await(String what, Duration atMost, BooleanSupplier condition)
      throws InterruptedException {
    if (!await(atMost, condition)) {
      throw new IllegalStateException(what + ": not there after " + atMost.toSeconds() + " s");
    }
  }

  private static boolean await(Duration atMost, BooleanSupplier condition)
      throws InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > until) return false;
      Thread.sleep(100);
    }
    return true;
  }
}
