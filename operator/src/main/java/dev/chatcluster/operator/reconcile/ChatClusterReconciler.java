package dev.chatcluster.operator.reconcile;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.operator.apply.NotApplied;
import dev.chatcluster.operator.desired.Children;
import dev.chatcluster.operator.event.Events;
import dev.chatcluster.operator.event.StatusEvents;
import dev.chatcluster.operator.kafka.KafkaConnections;
import dev.chatcluster.operator.rescale.Progress;
import dev.chatcluster.operator.rescale.Rescales;
import dev.chatcluster.operator.rescale.Situation;
import dev.chatcluster.operator.spec.SpecRules;
import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.operator.status.Reason.Area;
import dev.chatcluster.operator.status.Report;
import dev.chatcluster.operator.status.Trouble;
import dev.chatcluster.operator.topic.TopicResult;
import dev.chatcluster.operator.topic.TopicStep;
import dev.chatcluster.roomlog.epoch.ControlState;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.controller.ControllerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Validates, sees to the topic, has the cut made if the count has changed, sees to the children,
 * writes the status: in this order, each time.
 *
 * <p>The framework is told to call for deletions too, since it would otherwise put a finalizer on
 * every ChatCluster, and a namespace without an operator could never go.
 */
@ControllerConfiguration(name = "chatcluster", triggerReconcilerOnAllEvents = true)
@GradualRetry(
    maxAttempts = -1,
    initialInterval = 1000,
    intervalMultiplier = 2,
    maxInterval = 60_000)
public final class ChatClusterReconciler implements Reconciler<ChatCluster> {
  private static final Logger LOG = LoggerFactory.getLogger(ChatClusterReconciler.class);
  private static final Duration AFTER_THIS_ROUND = Duration.ofSeconds(1);

  private final KafkaConnections connections;
  private final TopicStep topics;
  private final Rescales rescales;
  private final SimpleInboundEventSource<ChatCluster> more =
      new SimpleInboundEventSource<>("rescales");
  private final Events events;
  private final String consumerImage;
  private final StatusWriter status;
  private final Pace pace;
  private final InstantSource clock;
  private ChildKeeper children;
  private PartitionWatch watch;
  private Farewell farewell;

  /**
   * A reconciler.
   *
   * @param consumerImage of pods whose ChatCluster names none
   * @param version of the operator, for the status
   */
  public ChatClusterReconciler(
      KafkaConnections connections,
      Rescales rescales,
      Events events,
      String consumerImage,
      String version,
      Pace pace,
      InstantSource clock) {
    this.connections = connections;
    this.topics = new TopicStep(connections, events, clock);
    this.rescales = rescales;
    this.events = events;
    this.consumerImage = consumerImage;
    this.status = new StatusWriter(new StatusEvents(events), version, pace);
    this.pace = pace;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, ChatCluster>> prepareEventSources(
      EventSourceContext<ChatCluster> context) {
    ChildSources sources = ChildSources.of(context);
    children = new ChildKeeper(context.getClient(), sources, events);
    watch = new PartitionWatch(sources);
    farewell = new Farewell(topics, watch, events, clock, pace.farewell(), pace.first());
    List<EventSource<?, ChatCluster>> all = new ArrayList<>(sources.all());
    all.add(more);
    return all;
  }

  @Override
  public UpdateControl<ChatCluster> reconcile(ChatCluster cluster, Context<ChatCluster> context) {
    if (context.isPrimaryResourceDeleted()) {
      forget(cluster, context);
      return UpdateControl.noUpdate();
    }
    if (cluster.isMarkedForDeletion()) {
      rescales.stop(cluster);
      return farewell.say(cluster, context);
    }

    List<String> invalid = SpecRules.problems(cluster, watch.servedSource(cluster));
    Report report = invalid.isEmpty() ? agree(cluster, context) : new Report(cluster);
    int pods = 0;
    try {
      if (!invalid.isEmpty()) {
        report.add(Trouble.of(Reason.INVALID_SPEC, "spec", String.join("; ", invalid)));
      } else if (report.cluster().getSpec().paused()) {
        pause(report);
      } else {
        pods = realise(report, context);
      }
      watch.look(report, pods);
    } catch (RuntimeException e) {
      LOG.error("reconciling {} failed", ResourceID.fromResource(cluster), e);
      String message = "the operator failed: " + e + "; this is tried again, please report it";
      report.add(Trouble.of(Reason.INTERNAL_ERROR, "operator", message));
    }
    return status.write(report, clock.instant(), context);
  }

  /** One of the same name may have come meanwhile, whose events the framework drops with these. */
  private void forget(ChatCluster cluster, Context<ChatCluster> context) {
    Set<String> left =
        context
            .getPrimaryCache()
            .list(c -> true)
            .map(c -> c.getMetadata().getUid())
            .collect(Collectors.toSet());
    topics.keepOnly(left);
    rescales.keepOnly(left);
    connections.keepOnly(left);
    farewell.keepOnly(left);
    ChatCluster successor = context.getClient().resource(cluster).get();
    if (successor == null) return;
    ControllerEventSource<ChatCluster> source =
        context.eventSourceRetriever().getControllerEventSource();
    CompletableFuture.delayedExecutor(AFTER_THIS_ROUND.toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> source.eventReceived(ResourceAction.ADDED, successor, null, null));
  }

  /** Without the finalizer everything else is still looked after. */
  private Report agree(ChatCluster cluster, Context<ChatCluster> context) {
    try {
      return new Report(farewell.agree(cluster, context));
    } catch (KubernetesClientException e) {
      Report report = new Report(cluster);
      report.add(
          NotApplied.refused("ChatCluster/" + cluster.getMetadata().getName(), null, e).trouble());
      return report;
    }
  }

  /** Returns how many partitions should have pods. */
  private int realise(Report report, Context<ChatCluster> context) {
    ChatCluster cluster = report.cluster();
    TopicResult topic = topics.settle(cluster, context.getPrimaryCache().list(c -> true));
    report.know(topic.facts());
    report.addAll(topic.troubles());
    topic.advice().ifPresent(report::advise);
    if (report.has(Area.LOG)) rescales.stop(cluster);
    // With Kafka away what is known of the log is still true; with another log in its place, not.
    if (!topic.facts().complete() || report.has(Area.LOG)) return 0;
    boolean mayBegin = topic.troubles().isEmpty();
    Optional<Progress> rescale = topic.log().map(log -> rescale(report, log, mayBegin));
    int pods = rescale.map(r -> r.phase().pods()).orElse(topic.facts().partitions());
    children.keep(Children.of(cluster, pods, consumerImage), topic.reached(), report);
    rescale.ifPresent(r -> children.remove(r.released(), watch.withoutPods(cluster, pods), report));
    return pods;
  }

  /** Has the cut made if the count has changed, on its own thread, and says how far that is. */
  private Progress rescale(Report report, ControlState log, boolean mayBegin) {
    ChatCluster cluster = report.cluster();
    Situation situation =
        Situation.of(cluster, report.facts(), log, mayBegin, watch.deployed(cluster));
    Progress progress =
        rescales.attend(
            cluster, situation, () -> more.propagateEvent(ResourceID.fromResource(cluster)));
    report.rescaling(progress.condition());
    report.strayLag(progress.strayLag());
    progress.trouble().ifPresent(report::add);
    return progress;
  }

  /**
   * Nothing is changed, but a cut that has begun is completed; what was wrong with Kafka is taken
   * to be so still.
   */
  private void pause(Report report) {
    report.paused();
    ChatClusterStatus before = report.cluster().getStatus();
    if (before == null || !report.facts().complete()) return;
    topics
        .log(report.cluster())
        .ifPresent(
            log -> {
              report.know(report.facts().with(log));
              rescale(report, log, false);
            });
    report.waiting(
        children.differing(
            Children.of(report.cluster(), report.facts().partitions(), consumerImage)));
    for (Reason reason : Reason.values()) {
      if (reason.area() != Area.TOPIC && reason.area() != Area.LOG) continue;
      before.problems().stream()
          .filter(p -> p.reason().equals(reason.toString()))
          .forEach(p -> report.add(new Trouble(reason, p.partition(), p.object(), p.message())));
    }
  }
}
