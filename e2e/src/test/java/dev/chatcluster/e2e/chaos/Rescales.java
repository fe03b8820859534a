package dev.chatcluster.e2e.chaos;

import dev.chatcluster.e2e.chaos.cluster.Kubernetes;
import java.time.Duration;
import java.util.Random;

/** Edits the count at random, up and down; at times before the last change is through. */
final class Rescales {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Kubernetes kubernetes;
  private final String name;
  private final int most;
  private int asked;
  private int count = Settings.FIRST;

  Rescales(Kubernetes kubernetes, String name, int most) {
    this.kubernetes = kubernetes;
    this.name = name;
    this.most = most;
  }

  void next(Random random) throws InterruptedException {
    // The topic grows little by little, so that a producer that refreshes by itself often has to.
    int ceiling = Math.min(most, Settings.FIRST + 1 + asked / 3);
    int wanted = count;
    while (wanted == count) wanted = random.nextInt(Settings.LEAST, ceiling + 1);
    count = wanted;
    asked++;
    kubernetes.scale(name, count);
    Chaos.say("asked for %d partitions", count);
    if (random.nextInt(5) == 0) return;
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (partitions() != count && System.nanoTime() < until) Thread.sleep(100);
    Chaos.say("epoch %d has %d partitions", epoch(), partitions());
  }

  /** Waits for an epoch, not for ever: a slow machine too sees rescales between its faults. */
  void awaitNext() throws InterruptedException {
    int before = epoch();
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (epoch() == before && System.nanoTime() < until) Thread.sleep(50);
  }

  int epoch() {
    return kubernetes.cluster(name).at("/status/epoch").asInt();
  }

  private int partitions() {
    return kubernetes.cluster(name).at("/status/partitions").asInt();
  }
}
