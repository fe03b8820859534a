package dev.chatcluster.operator;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.operator.access.Secrets;
import dev.chatcluster.operator.event.Events;
import dev.chatcluster.operator.health.Liveness;
import dev.chatcluster.operator.kafka.KafkaConnections;
import dev.chatcluster.operator.leader.Candidate;
import dev.chatcluster.operator.leader.LeaderElection;
import dev.chatcluster.operator.leader.LeaseTiming;
import dev.chatcluster.operator.reconcile.ChatClusterReconciler;
import dev.chatcluster.operator.reconcile.Pace;
import dev.chatcluster.operator.reconcile.Sight;
import dev.chatcluster.operator.reconcile.Successors;
import dev.chatcluster.operator.rescale.Rescales;
import dev.chatcluster.operator.rescale.Timing;
import dev.chatcluster.operator.topic.Place;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.api.monitoring.AggregatedMetrics;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The operator, wired: whoever has a Kubernetes client can run one. */
public final class ChatOperator implements AutoCloseable {
  /** Reconciliations in flight when told to stop may take as long as Kafka's timeouts. */
  private static final Duration STOP = Duration.ofSeconds(10);

  /** Watches that cannot be opened again for so long mean that a new process is better. */
  private static final Duration UNHEALTHY = Duration.ofMinutes(2);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final KubernetesClient client;
  private final Set<String> namespaces;
  private final KafkaConnections connections = new KafkaConnections();
  private final Rescales rescales;
  private final Sight sight;
  private final ChatClusterReconciler reconciler;
  private final Operator operator;
  private final Liveness liveness;
  private final Optional<LeaderElection> election;
  private final Consumer<String> ended;

  /** The same without leader election. */
  public ChatOperator(
      KubernetesClient client,
      Set<String> namespaces,
      String consumerImage,
      String version,
      Pace pace,
      InstantSource clock) {
    this(client, namespaces, consumerImage, version, pace, clock, Optional.empty(), _ -> {});
  }

  /**
   * Wires an operator; {@link #start} starts it.
   *
   * @param namespaces that it looks after; empty: all
   * @param consumerImage of pods whose ChatCluster names none
   * @param version of the operator, for the status
   * @param candidate that it stands by as until it leads; empty: it leads at once
   * @param ended told, by any thread, why it does not lead any more or cannot: whatever the
   *     operator is doing at that moment must end at once, so end the process
   */
  public ChatOperator(
      KubernetesClient client,
      Set<String> namespaces,
      String consumerImage,
      String version,
      Pace pace,
      InstantSource clock,
      Optional<Candidate> candidate,
      Consumer<String> ended) {
    this.client = client;
    this.namespaces = Set.copyOf(namespaces);
    Events events = new Events(client, clock);
    rescales = new Rescales(connections, events, clock, Timing.DEFAULT);
    sight = new Sight(client, this.namespaces, events, pace.last());
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    operator =
        new Operator(
            overrider ->
                overrider
                    .withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .withMetrics(
                        new AggregatedMetrics(
                            List.of(
                                MicrometerMetrics.withoutPerResourceMetrics(registry),
                                new Successors())))
                    .withReconciliationTerminationTimeout(STOP)
                    .withUseSSAToPatchPrimaryResource(false)
                    .withSSABasedCreateUpdateMatchForDependentResources(false));
    reconciler =
        new ChatClusterReconciler(
            connections,
            new Secrets(client),
            rescales,
            events,
            Place.of(client, sight::served, clock),
            consumerImage,
            version,
            pace,
            clock);
    liveness =
        new Liveness(
            () -> !started() || operator.getRuntimeInfo().allEventSourcesAreHealthy(),
            UNHEALTHY,
            clock);
    this.ended = ended;
    election = candidate.map(this::election);
    Gauge.builder("chat.operator.leader", () -> started() ? 1 : 0)
        .description("1 while this process looks after ChatClusters, 0 while it stands by")
        .register(registry);
    for (boolean ready : List.of(true, false)) {
      Gauge.builder("chat.operator.chatclusters", () -> started() ? reconciler.count(ready) : 0)
          .description("ChatClusters that are looked after, by whether they are ready")
          .tag("ready", Boolean.toString(ready))
          .register(registry);
    }
  }

  private LeaderElection election(Candidate candidate) {
    return new LeaderElection(
        client,
        candidate,
        LeaseTiming.DEFAULT,
        new LeaderElection.Listener() {
          @Override
          public void leads() {
            Thread.ofPlatform().name("lead").start(ChatOperator.this::lead);
          }

          @Override
          public void lost(String why) {
            ended.accept("it does not lead any more: " + why);
          }
        });
  }

  private void lead() {
    try {
      begin();
    } catch (RuntimeException | Error e) {
      // Also an Error: else it would hold the Lease and look after nothing.
      ended.accept("it cannot begin to lead: " + e);
    }
  }

  private void begin() {
    if (!sight.await()) return;
    RegisteredController<ChatCluster> controller =
        operator.register(
            reconciler,
            overrider -> {
              if (!namespaces.isEmpty()) overrider.settingNamespaces(sight.served());
            });
    operator.start();
    if (!namespaces.isEmpty()) sight.follow(controller, ended);
  }

  /**
   * Starts, and returns when everything that there is has been read, or, as a candidate, when it
   * stands by. Waits while it may see nothing of what it looks after; what it may see later is
   * served from then on.
   *
   * @throws IllegalStateException when the API server cannot be used, with what to do
   */
  public void start() {
    String where =
        namespaces.isEmpty() ? "" : " in namespace " + String.join(", ", new TreeSet<>(namespaces));
    attempt(sight::tryToList, "list ChatClusters" + where);
    election.ifPresentOrElse(candidate -> attempt(candidate::start, "use its Lease"), this::begin);
  }

  /** The framework would tell of the same with pages of its own. */
  private void attempt(Runnable request, String what) {
    try {
      request.run();
    } catch (KubernetesClientException e) {
      String api = "the Kubernetes API at " + client.getMasterUrl();
      throw new IllegalStateException(
          switch (e.getCode()) {
            case 401 -> api + " does not accept the credentials: check KUBECONFIG";
            case 403 ->
                api
                    + " does not let the operator "
                    + what
                    + ": give its service account the role of the Helm chart";
            case 404 -> api + " does not know ChatClusters: install their CRD first";
            default ->
                api + " does not answer (" + cause(e) + "): check KUBECONFIG and the network";
          },
          e);
    }
  }

  /** The client's own words only say what it asked for, and the JDK's often nothing. */
  private static String cause(Throwable failure) {
    Throwable last = failure;
    while (last.getCause() != null) last = last.getCause();
    return switch (last) {
      case UnresolvedAddressException unknown -> "no such host";
      case ClosedChannelException closed -> "nothing listens there";
      default -> last.toString();
    };
  }

  /** Whether the process should go on. */
  public boolean live() {
    return liveness.getAsBoolean() && election.map(LeaderElection::live).orElse(true);
  }

  /** Whether it looks after ChatClusters now, or would if the leader did not. */
  public boolean ready() {
    return started() && !sight.served().isEmpty()
        || election.map(LeaderElection::standsBy).orElse(false);
  }

  private boolean started() {
    return operator.getRuntimeInfo().isStarted();
  }

  /** In Prometheus' text format. */
  public String metrics() {
    return registry.scrape();
  }

  /** Stops; what runs in Kubernetes goes on. */
  @Override
  public void close() {
    sight.close();
    try {
      reconciler.end(STOP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    operator.stop();
    rescales.close();
    // Not before: the next one begins at once.
    election.ifPresent(LeaderElection::close);
    connections.close();
    registry.close();
  }
}
