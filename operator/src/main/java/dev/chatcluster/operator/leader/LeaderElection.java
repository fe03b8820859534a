package dev.chatcluster.operator.leader;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and writes the Lease, on a thread of its own; another one watches the leader's time, since
 * a request may hang. Leads at most once: who has lost it cannot lead again.
 */
public final class LeaderElection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderElection.class);

  /** Who acts on it. */
  public interface Listener {
    /** This candidate leads. Called once, from a thread that must not be held up. */
    void leads();

    /**
     * Another may lead from now on, or soon. Called once at most, after {@link #leads}, from any
     * thread.
     */
    void lost(String why);
  }

  private final Candidate candidate;
  private final LeaseTiming timing;
  private final Listener listener;
  private final NamespacedKubernetesClient client;
  private final RequestConfig requests;
  private final Semaphore wake = new Semaphore(0);
  private final Thread loop;
  private final Thread deadline;

  private volatile boolean stopped;

  // What the loop alone knows: the Lease as last seen, and since when it is so.
  private String version;
  private Duration since;
  private String holder = "";

  // What all threads share, under this object's lock.
  private boolean looked;
  private boolean leading;
  private boolean lost;
  private Duration renewed;

  /** Prepares to run for leadership; {@link #start} begins. */
  public LeaderElection(
      KubernetesClient client, Candidate candidate, LeaseTiming timing, Listener listener) {
    this.client = client.adapt(NamespacedKubernetesClient.class);
    this.candidate = candidate;
    this.timing = timing;
    this.listener = listener;
    requests =
        new RequestConfigBuilder()
            .withRequestTimeout((int) timing.request().toMillis())
            .withRequestRetryBackoffLimit(0)
            .build();
    loop = Thread.ofPlatform().name("leader-election").unstarted(this::run);
    deadline = Thread.ofPlatform().daemon().name("leader-deadline").unstarted(this::watch);
  }

  /**
   * Starts.
   *
   * @throws KubernetesClientException when the Lease cannot be read
   */
  public void start() {
    // Nobody's time is running yet.
    get(client);
    loop.start();
    deadline.start();
    synchronized (this) {
      looked = true;
    }
  }

  /** Whether another one leads, and this one would if that one did not. */
  public synchronized boolean standsBy() {
    return looked && !leading && !lost;
  }

  /** False when it cannot ever lead, though it was started. */
  public synchronized boolean live() {
    return !looked || (loop.isAlive() && !lost);
  }

  private void run() {
    while (!stopped) {
      Duration pause = timing.retry();
      try {
        pause = round();
      } catch (KubernetesClientException e) {
        // Another one that was faster, or an API server that is away: the next look tells.
        LOG.debug("the Lease {} was not written or read", candidate.where(), e);
      } catch (RuntimeException e) {
        LOG.error("looking at the Lease {} failed", candidate.where(), e);
      }
      try {
        if (wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) return;
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private Duration round() {
    Optional<Lease> lease = read();
    Duration now = now();
    String current = lease.map(l -> l.getMetadata().getResourceVersion()).orElse("");
    if (!current.equals(version)) {
      version = current;
      since = now;
    }
    Optional<Holding> holding = lease.map(Holding::of);
    switch (Move.next(candidate.identity(), leads(), holding, now.minus(since))) {
      case Move.Hold _ -> hold(lease);
      case Move.Yield(String other) ->
          lose("the Lease " + candidate.where() + " is " + owner(other));
      case Move.StandBy(Duration rest) -> {
        String other = holding.orElseThrow().holder();
        if (!other.equals(holder)) LOG.info("standing by: {} leads", other);
        holder = other;
        return rest.compareTo(timing.retry()) < 0 ? rest : timing.retry();
      }
    }
    return timing.retry();
  }

  private static String owner(String holder) {
    return holder.isEmpty() ? "nobody's any more" : "that of " + holder + " now";
  }

  private void hold(Optional<Lease> lease) {
    Duration began = now();
    write(lease, candidate.identity(), timing.lease());
    boolean first;
    synchronized (this) {
      // The answer may have come after the time was over.
      if (stopped || lost) return;
      first = !leading;
      leading = true;
      renewed = began;
    }
    if (first) {
      LOG.info("{} leads, by the Lease {}", candidate.identity(), candidate.where());
      listener.leads();
    }
  }

  private void watch() {
    long look = timing.retry().dividedBy(4).toMillis();
    while (!stopped) {
      try {
        TimeUnit.MILLISECONDS.sleep(look);
      } catch (InterruptedException e) {
        return;
      }
      if (overdue()) {
        lose(
            "the Lease %s could not be renewed for %d s"
                .formatted(candidate.where(), timing.renew().toSeconds()));
      }
    }
  }

  private synchronized boolean overdue() {
    return leading && now().minus(renewed).compareTo(timing.renew()) >= 0;
  }

  private void lose(String why) {
    synchronized (this) {
      if (!leading) return;
      leading = false;
      lost = true;
    }
    stopped = true;
    listener.lost(why);
  }

  private synchronized boolean started() {
    return looked;
  }

  private synchronized boolean leads() {
    return leading;
  }

  /**
   * Stops, and leaves the Lease to the others: call it when nothing is done any more that only the
   * leader may do.
   */
  @Override
  public void close() {
    stopped = true;
    wake.release();
    deadline.interrupt();
    try {
      if (!started()) return;
      // What it is about to write would take the Lease back.
      if (!loop.join(timing.request().multipliedBy(2).plusSeconds(1))) return;
      Optional<Lease> lease = read();
      if (lease.map(Holding::of).orElse(Holding.NOBODY).holder().equals(candidate.identity()))
        write(lease, "", Duration.ofSeconds(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (KubernetesClientException e) {
      LOG.debug("the Lease {} was not given back, and runs out by itself", candidate.where(), e);
    }
  }

  private Optional<Lease> read() {
    return Optional.ofNullable(ask(this::get));
  }

  private Lease get(NamespacedKubernetesClient client) {
    return client.leases().inNamespace(candidate.namespace()).withName(candidate.lease()).get();
  }

  private void write(Optional<Lease> lease, String holder, Duration length) {
    ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
    boolean same = lease.map(Holding::of).orElse(Holding.NOBODY).holder().equals(holder);
    LeaseBuilder wanted =
        lease
            .map(LeaseBuilder::new)
            .orElseGet(
                () ->
                    new LeaseBuilder()
                        .withNewMetadata()
                        .withName(candidate.lease())
                        .withNamespace(candidate.namespace())
                        .endMetadata())
            .editOrNewSpec()
            .withHolderIdentity(holder)
            .withLeaseDurationSeconds((int) length.toSeconds())
            .withRenewTime(now)
            .endSpec();
    if (!same) {
      Integer before = lease.map(l -> l.getSpec()).map(s -> s.getLeaseTransitions()).orElse(null);
      wanted
          .editSpec()
          .withAcquireTime(now)
          .withLeaseTransitions(before == null ? 0 : before + (holder.isEmpty() ? 0 : 1))
          .endSpec();
    }
    // Refused when somebody has changed it since it was read.
    ask(
        c -> {
          var resource = c.resource(wanted.build());
          return lease.isPresent() ? resource.update() : resource.create();
        });
  }

  private Lease ask(Function<NamespacedKubernetesClient, Lease> request) {
    return client.withRequestConfig(requests).call(request::apply);
  }

  /** Goes on while the machine's clock is set. */
  private static Duration now() {
    return Duration.ofNanos(System.nanoTime());
  }
}
