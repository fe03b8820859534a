package dev.chatcluster.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Every change of a ChatCluster's pods, one after the other, and what the worst moment was: unlike
 * a look now and then it misses none.
 */
final class PodWatch implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process watch;
  private final Map<String, JsonNode> pods = new HashMap<>();
  private int partitions;
  private int mostChanging;
  private int mostDown;
  private volatile String ended = "";

  PodWatch(String namespace, String cluster) throws IOException {
    watch =
        new ProcessBuilder(
                List.of(
                    "kubectl",
                    "-n",
                    namespace,
                    "get",
                    "pods",
                    "-l",
                    "chatcluster.dev/cluster=" + cluster,
                    "--watch",
                    "--output-watch-events",
                    "-o",
                    "json"))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Thread.ofVirtual().name("pod-watch").start(this::read);
  }

  private void read() {
    try (MappingIterator<JsonNode> events =
        JSON.readerFor(JsonNode.class).readValues(watch.getInputStream())) {
      while (events.hasNext()) take(events.next());
      ended = "kubectl ended";
    } catch (IOException e) {
      ended = e.toString();
    }
  }

  private synchronized void take(JsonNode event) {
    JsonNode pod = event.path("object");
    String uid = pod.at("/metadata/uid").asText();
    if (event.path("type").asText().equals("DELETED")) pods.remove(uid);
    else pods.put(uid, pod);
    int down = 0;
    int changing = 0;
    for (int p = 0; p < partitions; p++) {
      List<JsonNode> staying = staying(p);
      long ready = staying.stream().filter(PodWatch::ready).count();
      if (ready == 0) down++;
      if (ready != 1 || staying.size() != 1) changing++;
    }
    mostDown = Math.max(mostDown, down);
    mostChanging = Math.max(mostChanging, changing);
  }

  /** All pods as they are now. */
  synchronized List<JsonNode> pods() {
    return List.copyOf(pods.values());
  }

  /** The pods of a partition that are not being deleted. */
  private List<JsonNode> staying(int partition) {
    return pods.values().stream()
        .filter(pod -> pod.at("/metadata/deletionTimestamp").isMissingNode())
        .filter(
            pod ->
                pod.at("/metadata/labels/chatcluster.dev~1partition")
                    .asText()
                    .equals("" + partition))
        .toList();
  }

  private static boolean ready(JsonNode pod) {
    return Chat.condition(pod.path("status"), "Ready").equals("True");
  }

  /** Forgets what was, once each of so many partitions has one pod, which is ready. */
  void fromNow(int count) {
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> {
              assertThat(ended).isEmpty();
              synchronized (this) {
                for (int p = 0; p < count; p++)
                  assertThat(staying(p))
                      .as("pods of %d", p)
                      .singleElement()
                      .matches(PodWatch::ready);
                partitions = count;
                mostDown = 0;
                mostChanging = 0;
              }
            });
  }

  /**
   * At no moment since then more partitions than these were being changed, or had no ready pod.
   *
   * @return the worst moment in words
   */
  synchronized String within(int budget) {
    assertThat(ended).as("why the watch ended").isEmpty();
    assertThat(mostChanging).as("partitions changed at once").isBetween(1, budget);
    assertThat(mostDown).as("partitions without a ready pod at once").isLessThanOrEqualTo(budget);
    return "at most %d partition changed at once, %d without a ready pod"
        .formatted(mostChanging, mostDown);
  }

  @Override
  public void close() {
    watch.destroyForcibly();
  }
}
