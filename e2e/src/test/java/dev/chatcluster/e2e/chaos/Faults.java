package dev.chatcluster.e2e.chaos;

import dev.chatcluster.e2e.chaos.cluster.Kubernetes;
import dev.chatcluster.e2e.chaos.cluster.Pod;
import dev.chatcluster.kafka.KafkaProcesses;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Does harm at random, each kind at its own pace, until told to stop; then nothing is frozen. */
final class Faults {
  /** A kind of harm. */
  enum Kind {
    POD_KILLED("pods killed"),
    POD_FROZEN("pods frozen"),
    POD_HELD("pods held still over a cut"),
    OPERATOR_KILLED("operators killed"),
    OPERATOR_FROZEN("operators frozen"),
    BROKER_KILLED("brokers killed");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  private final Kubernetes kubernetes;
  private final KafkaProcesses kafka;
  private final Rescales rescales;
  private final Cuts cuts;
  private final Map<Kind, Integer> done = new EnumMap<>(Kind.class);
  private final List<Thread> threads = new ArrayList<>();
  private final long seed;
  private volatile boolean stopped;
  private volatile String frozen = "";

  Faults(Kubernetes kubernetes, KafkaProcesses kafka, Rescales rescales, Cuts cuts, long seed) {
    this.kubernetes = kubernetes;
    this.kafka = kafka;
    this.rescales = rescales;
    this.cuts = cuts;
    this.seed = seed;
    for (Kind kind : Kind.values()) done.put(kind, 0);
  }

  /** One turn of a thread of harm. */
  private interface Turn {
    void take(Random random) throws Exception;
  }

  void start() {
    run("rescales", 500, 3_000, rescales::next);
    run("pods", 5_000, 12_000, this::killPod);
    run("frozen-pods", 2_000, 7_000, this::freezePod);
    run("held-pods", 0, 1, this::holdPods);
    run("operators", 6_000, 12_000, this::harmOperator);
    run("brokers", 10_000, 20_000, this::killBroker);
  }

  private void run(String name, int least, int most, Turn turn) {
    Random random = new Random(seed + name.hashCode());
    threads.add(
        Thread.ofVirtual()
            .name(name)
            .start(
                () -> {
                  while (!stopped) {
                    try {
                      rest(random, least, most);
                      if (!stopped) turn.take(random);
                    } catch (Exception e) {
                      Chaos.say("%s: %s", name, e);
                    }
                  }
                }));
  }

  /** Ends early when told to stop. */
  private void rest(Random random, int least, int most) throws InterruptedException {
    long until = System.nanoTime() + random.nextInt(least, most) * 1_000_000L;
    while (!stopped && System.nanoTime() < until) Thread.sleep(20);
  }

  private synchronized void count(Kind kind) {
    done.merge(kind, 1, Integer::sum);
  }

  /** How often each kind was done. */
  synchronized Map<Kind, Integer> done() {
    return new EnumMap<>(done);
  }

  /** A pod that is not frozen; another one would be harmed twice at once. */
  private Pod anyPod(Random random) {
    Pod chosen = null;
    int seen = 0;
    for (Pod pod : kubernetes.pods()) {
      if (!pod.name().equals(frozen) && random.nextInt(++seen) == 0) chosen = pod;
    }
    return chosen;
  }

  private void killPod(Random random) {
    Pod pod = anyPod(random);
    boolean another =
        kubernetes.pods().stream()
            .anyMatch(p -> p.ready() && !p.name().equals(frozen) && !p.equals(pod));
    // With nobody left to serve, nothing can go wrong either.
    if (pod == null || !another) return;
    pod.kill();
    count(Kind.POD_KILLED);
    Chaos.say("killed %s", pod.name());
  }

  private void freezePod(Random random) throws InterruptedException {
    Pod pod = anyPod(random);
    if (pod == null || !pod.ready()) return;
    frozen = pod.name();
    pod.freeze();
    Chaos.say("froze %s", pod.name());
    rest(random, 8_000, 16_000);
    pod.thaw();
    frozen = "";
    // Where the node lost its patience meanwhile, nobody wakes up.
    if (pod.process().isAlive()) count(Kind.POD_FROZEN);
    Chaos.say("thawed %s", pod.name());
  }

  /** For so short that nobody loses patience, but the cut goes on without what they had begun. */
  private void holdPods(Random random) throws InterruptedException {
    cuts.awaitNext(() -> stopped);
    List<Pod> held =
        kubernetes.pods().stream()
            .filter(pod -> pod.ready() && !pod.name().equals(frozen))
            .filter(_ -> random.nextBoolean())
            .toList();
    held.forEach(Pod::freeze);
    rest(random, 100, 1_500);
    held.forEach(Pod::thaw);
    for (Pod _ : held) count(Kind.POD_HELD);
  }

  private void harmOperator(Random random) throws Exception {
    rescales.awaitNext();
    if (random.nextBoolean()) killOperator();
    else freezeOperator(random);
  }

  private void killOperator() throws Exception {
    kubernetes.operators().kill();
    count(Kind.OPERATOR_KILLED);
    Chaos.say("killed the operator");
  }

  private void freezeOperator(Random random) throws Exception {
    kubernetes.operators().freeze();
    Chaos.say("froze the operator");
    rest(random, 7_000, 12_000);
    kubernetes.operators().thaw();
    count(Kind.OPERATOR_FROZEN);
    Chaos.say("thawed the operator");
    rest(random, 3_000, 6_000);
    kubernetes.operators().killOlder();
  }

  private void killBroker(Random random) throws InterruptedException {
    rescales.awaitNext();
    int node = random.nextInt(kafka.nodes()) + 1;
    kafka.kill(node);
    Chaos.say("killed broker %d", node);
    rest(random, 0, 2_000);
    kafka.start(node);
    count(Kind.BROKER_KILLED);
    Chaos.say("broker %d is up again", node);
  }

  void stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) thread.join();
  }
}
