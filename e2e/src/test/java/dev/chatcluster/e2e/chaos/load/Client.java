package dev.chatcluster.e2e.chaos.load;

import dev.chatcluster.e2e.client.StompFrame;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/**
 * A client that goes from pod to pod: it leaves when it has stayed as long as it wanted, when the
 * connection ends, or when it has lost its patience.
 */
public abstract class Client {
  private static final Duration TICK = Duration.ofMillis(10);

  private final Surroundings surroundings;
  private final Thread thread;
  final Random random;
  private volatile boolean ended;
  private volatile int connections;

  Client(String name, Surroundings surroundings, long seed) {
    this.surroundings = surroundings;
    random = new Random(seed);
    thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  final void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!ended) {
        Optional<URI> pod = surroundings.anyPod().get();
        if (pod.isPresent()) visit(pod.get());
        Thread.sleep(random.nextInt(20, 300));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void visit(URI pod) throws InterruptedException {
    Session session;
    try {
      session = Session.open(surroundings.http(), pod, this::received);
    } catch (IllegalStateException refused) {
      return;
    }
    connections++;
    long stay = Duration.ofSeconds(random.nextInt(4, 40)).toNanos();
    // Some wait for a pod that hangs until it wakes up, some do not.
    Duration patience = Duration.ofSeconds(random.nextInt(3, 30));
    long since = System.nanoTime();
    try {
      arrived(session);
      while (!ended && session.isOpen() && waited(session).compareTo(patience) < 0) {
        if (surroundings.restless() && System.nanoTime() - since > stay) break;
        tick(session);
        Thread.sleep(TICK);
      }
    } finally {
      session.leave(random.nextBoolean());
    }
  }

  private void received(StompFrame frame) {
    switch (frame.command()) {
      case "MESSAGE" -> message(frame);
      case "RECEIPT" -> receipt(frame);
      default ->
          surroundings
              .errors()
              .merge(frame.command() + ": " + frame.header("message"), 1, Integer::sum);
    }
  }

  /** The connection stands; called before anything is received on it. */
  abstract void arrived(Session session);

  /** Once in a while during a connection. */
  abstract void tick(Session session);

  /** For how long it has been waiting for something that must come. */
  abstract Duration waited(Session session);

  abstract void message(StompFrame frame);

  abstract void receipt(StompFrame frame);

  public final int connections() {
    return connections;
  }

  /** Ends; returns when nothing comes any more. */
  public final void close() {
    ended = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
