package dev.chatcluster.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatcluster.e2e.client.Reception;
import dev.chatcluster.e2e.kubernetes.inside.InsideMain;
import dev.chatcluster.e2e.kubernetes.inside.Sight;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A pod of the cluster in which Spring's clients follow rooms through the client Service, and which
 * opens new connections to that and other Services all the time.
 */
final class Inside implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final String namespace;
  private final Process log;
  private final Map<String, Reception> rooms = new TreeMap<>();
  private final Map<String, Integer> answered = new TreeMap<>();

  /** By Service, how many knocks are over since the beginning. */
  private final Map<String, Integer> over = new TreeMap<>();

  private long slowest;
  private long latest;
  private final List<String> refused = new ArrayList<>();
  private volatile int lines;

  /** Returns when the clients are subscribed. The first of the Services is theirs. */
  Inside(String namespace, List<String> rooms, List<String> services) throws IOException {
    this.namespace = namespace;
    Command.run("./inside-image.sh", System.getProperty("java.class.path"));
    Command.feed(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: inside}
        spec:
          automountServiceAccountToken: false
          terminationGracePeriodSeconds: 0
          securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
          containers:
            - name: inside
              image: chat-e2e:inside
              imagePullPolicy: IfNotPresent
              command: [java, -Xmx128m, -XX:+UseSerialGC, -cp, "/e2e/*:/e2e/test-classes", %s]
              args: ["%s", "%s"]
              resources: {requests: {cpu: 100m}}
              securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
        """
            .formatted(
                InsideMain.class.getName(), String.join(",", rooms), String.join(",", services)),
        "kubectl",
        "-n",
        namespace,
        "apply",
        "-f",
        "-");
    rooms.forEach(
        room -> this.rooms.put(room, new Reception("Spring's client in the cluster in " + room)));
    Command.run(
        "kubectl", "-n", namespace, "wait", "--for=condition=Ready", "pod/inside", "--timeout=60s");
    log =
        new ProcessBuilder("kubectl", "-n", namespace, "logs", "--follow", "inside")
            .redirectErrorStream(true)
            .start();
    Thread.ofVirtual().name("inside").start(this::read);
    await().atMost(PATIENCE).until(() -> lines > 0 || !log.isAlive());
  }

  private void read() {
    String line = "nothing";
    try (BufferedReader reader = log.inputReader()) {
      for (line = reader.readLine(); line != null; line = reader.readLine()) {
        take(JSON.readValue(line, Sight.class));
        lines++;
      }
    } catch (IOException e) {
      String complaint = "the pod \"inside\" said \"" + line + "\": " + e.getMessage();
      rooms.values().forEach(each -> each.complain(complaint));
    }
  }

  private synchronized void take(Sight sight) {
    latest = Math.max(latest, sight.late());
    sight
        .rooms()
        .forEach(
            (room, seen) -> {
              Reception reception = rooms.get(room);
              for (long each : seen.received()) reception.add(each);
              while (reception.reconnects() < seen.reconnects()) reception.reconnected();
              seen.complaints().stream()
                  .skip(reception.complaints().size())
                  .forEach(reception::complain);
            });
    sight
        .services()
        .forEach(
            (service, tried) -> {
              answered.merge(service, tried.answered(), Integer::sum);
              slowest = Math.max(slowest, tried.slowest());
              refused.addAll(tried.refused());
              over.merge(service, tried.answered() + tried.refused().size(), Integer::sum);
            });
  }

  /** What the client in that room saw. */
  Reception room(String room) {
    return rooms.get(room);
  }

  /** Counts connections anew, which begin from now on: whoever knocked before may still wait. */
  void fromNow() {
    awaitThoseUnderWay();
    synchronized (this) {
      answered.clear();
      slowest = 0;
      latest = 0;
      refused.clear();
    }
  }

  /** None was refused from then until now; tells how many there were. */
  String noneRefused() {
    awaitThoseUnderWay();
    synchronized (this) {
      assertThat(refused)
          .as("new connections that were refused; the clock there was late by %d ms", latest)
          .isEmpty();
      assertThat(answered.values()).as("new connections: %s", answered).allMatch(n -> n > 20);
      return "none of the new connections inside the cluster was refused, the slowest took %d ms, the clock was late by %d ms: %s"
          .formatted(slowest, latest, answered);
    }
  }

  /** They knock one after the other: once another one is over, so are those before it. */
  private void awaitThoseUnderWay() {
    int now = lines;
    // The next one may have been written before.
    await().until(() -> lines > now + 1);
    Map<String, Integer> before = over();
    await()
        .atMost(PATIENCE.multipliedBy(2))
        .until(
            () -> over().entrySet().stream().allMatch(e -> e.getValue() > before.get(e.getKey())));
  }

  private synchronized Map<String, Integer> over() {
    return Map.copyOf(over);
  }

  @Override
  public void close() {
    log.destroyForcibly();
    Command.attempt("kubectl", "-n", namespace, "delete", "pod", "inside", "--ignore-not-found");
  }
}
