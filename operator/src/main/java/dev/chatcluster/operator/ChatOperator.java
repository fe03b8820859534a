package dev.chatcluster.operator;

import dev.chatcluster.operator.event.Events;
import dev.chatcluster.operator.health.Liveness;
import dev.chatcluster.operator.reconcile.ChatClusterReconciler;
import dev.chatcluster.operator.reconcile.Pace;
import dev.chatcluster.operator.topic.TopicStep;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;

/** The operator, wired: whoever has a Kubernetes client can run one. */
public final class ChatOperator implements AutoCloseable {
  /** Reconciliations in flight when told to stop may take as long as Kafka's timeouts. */
  private static final Duration STOP = Duration.ofSeconds(10);

  /** Watches that cannot be opened again for so long mean that a new process is better. */
  private static final Duration UNHEALTHY = Duration.ofMinutes(2);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final TopicStep topics;
  private final Operator operator;
  private final Liveness liveness;

  /**
   * Wires an operator; {@link #start} starts it.
   *
   * @param namespaces that it looks after; empty: all
   * @param consumerImage of pods whose ChatCluster names none
   * @param version of the operator, for the status
   */
  public ChatOperator(
      KubernetesClient client,
      Set<String> namespaces,
      String consumerImage,
      String version,
      Pace pace,
      InstantSource clock) {
    Events events = new Events(client, clock);
    topics = new TopicStep(events);
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    operator =
        new Operator(
            overrider ->
                overrider
                    .withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .withMetrics(MicrometerMetrics.withoutPerResourceMetrics(registry))
                    .withReconciliationTerminationTimeout(STOP)
                    .withUseSSAToPatchPrimaryResource(false)
                    .withSSABasedCreateUpdateMatchForDependentResources(false));
    operator.register(
        new ChatClusterReconciler(topics, events, consumerImage, version, pace, clock),
        overrider -> {
          if (!namespaces.isEmpty()) overrider.settingNamespaces(namespaces);
        });
    liveness =
        new Liveness(
            () -> !started() || operator.getRuntimeInfo().allEventSourcesAreHealthy(),
            UNHEALTHY,
            clock);
  }

  /** Starts, and returns when everything that there is has been read. */
  public void start() {
    operator.start();
  }

  /** Whether the process should go on. */
  public boolean live() {
    return liveness.getAsBoolean();
  }

  /** Whether it looks after ChatClusters now. */
  public boolean ready() {
    return started();
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
    operator.stop();
    topics.close();
    registry.close();
  }
}
