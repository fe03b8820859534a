package dev.chatcluster.operator.reconcile;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.operator.event.Events;
import dev.chatcluster.operator.reconcile.Served.Look;
import dev.chatcluster.operator.status.Reason;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.health.ControllerHealthInfo;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import io.javaoperatorsdk.operator.health.Status;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks which namespaces the operator may see, before it begins and from then on: one that it may
 * not see must not keep it from the others. Without any it waits, since a process that ends because
 * of that would only be started again.
 */
public final class Sight implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sight.class);

  private final Rights rights;
  private final Set<String> places;
  private final Events events;
  private final Duration pace;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Served served;

  /**
   * Prepares to look.
   *
   * @param namespaces that are looked after; empty: all
   * @param pace between two looks
   */
  public Sight(KubernetesClient client, Set<String> namespaces, Events events, Duration pace) {
    this.rights = new Rights(client);
    this.places = namespaces.isEmpty() ? Set.of(Rights.ALL) : new TreeSet<>(namespaces);
    this.events = events;
    this.pace = pace;
    served = Served.all(places);
  }

  /** The namespaces that are served now; the empty name: all. */
  public Set<String> served() {
    return served.now();
  }

  /**
   * Tries to list ChatClusters in one of the namespaces at least.
   *
   * @throws KubernetesClientException when that is possible in none
   */
  public void tryToList() {
    KubernetesClientException refused = null;
    for (String place : places) {
      try {
        rights.tryToList(place);
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) throw e;
        refused = e;
      }
    }
    throw refused;
  }

  /** Waits until something may be seen, and returns whether it may; false when it was closed. */
  public boolean await() {
    do {
      Served before = served;
      served = before.after(looks(Set.of()));
      tell(before);
      if (!served.now().isEmpty()) return !closed();
    } while (pause());
    return false;
  }

  /**
   * Has a controller that serves what was seen serve what may be seen from then on, on a thread of
   * its own.
   *
   * @param failed told why, when it works on nothing any more
   */
  public void follow(RegisteredController<ChatCluster> controller, Consumer<String> failed) {
    Thread.ofPlatform()
        .daemon()
        .name("sight")
        .start(
            () -> {
              try {
                while (pause()) turn(controller);
              } catch (RuntimeException e) {
                if (!closed()) failed.accept("it cannot change what it watches: " + e.getMessage());
              }
            });
  }

  /** Returns whether to look again. */
  private boolean pause() {
    try {
      return !closed.await(pace.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean closed() {
    return closed.getCount() == 0;
  }

  /**
   * Looks at each.
   *
   * @param watched those of which all watches are open
   */
  private Map<String, Look> looks(Set<String> watched) {
    Map<String, Look> looks = new TreeMap<>();
    for (String place : places) looks.put(place, rights.look(place, watched.contains(place)));
    return looks;
  }

  private static Set<String> watched(ControllerHealthInfo health) {
    Set<String> open = new HashSet<>();
    Set<String> closed = new HashSet<>();
    for (InformerWrappingEventSourceHealthIndicator<?> type :
        health.informerEventSourceHealthIndicators().values()) {
      type.informerHealthIndicators()
          .forEach((place, i) -> (i.getStatus() == Status.HEALTHY ? open : closed).add(place));
    }
    open.removeAll(closed);
    return open;
  }

  private void turn(RegisteredController<ChatCluster> controller) {
    Served before = served;
    Map<String, Look> looks = looks(watched(controller.getControllerHealthInfo()));
    // Nobody may take for seen what is not watched any more, or not yet.
    served = before.still(before.after(looks));
    if (!served.equals(before)) controller.changeNamespaces(served.now());
    for (String namespace : before.after(looks).since(before)) {
      Set<String> more = new HashSet<>(served.now());
      more.add(namespace);
      try {
        controller.changeNamespaces(more);
        served = new Served(more, served.unseen());
        LOG.info("namespace {} is served from now on", namespace);
      } catch (RuntimeException e) {
        // It works on nothing after that, until it has been given what it can watch.
        controller.changeNamespaces(served.now());
        looks.put(namespace, Rights.unseen(namespace, "it cannot be read: " + e.getMessage()));
      }
    }
    served = before.after(looks);
    tell(before);
  }

  /** Once, and not at each look. */
  private void tell(Served before) {
    for (String place : served.worse(before)) {
      String message = served.unseen().get(place);
      LOG.error("{}", message);
      try {
        for (ChatCluster cluster : rights.chatClusters(place).list().getItems()) {
          events.warning(cluster, Reason.FORBIDDEN.toString(), message);
        }
      } catch (KubernetesClientException e) {
        LOG.debug("ChatClusters are not told", e);
      }
    }
  }

  /** Ends the looking. */
  @Override
  public void close() {
    closed.countDown();
  }
}
