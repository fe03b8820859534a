package dev.chatcluster.operator.reconcile;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.operator.access.Access;
import dev.chatcluster.operator.access.Secrets;
import dev.chatcluster.operator.apply.NotApplied;
import dev.chatcluster.operator.desired.ChildNames;
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
import dev.chatcluster.operator.status.StatusPage;
import dev.chatcluster.operator.status.Trouble;
import dev.chatcluster.operator.topic.Place;
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
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

  private final KafkaConnections connections;
  private final Secrets secrets;
  private final TopicStep topics;
  private final Rescales rescales;
  private final SimpleInboundEventSource<ChatCluster> more =
      new SimpleInboundEventSource<>("rescales");
  private final Events events;
  private final String consumerImage;
  private final StatusWriter status;
  private final Pace pace;
  private final InstantSource clock;
  private final ReadWriteLock looks = new ReentrantReadWriteLock();
  private volatile boolean ended;
  private volatile IndexerResourceCache<ChatCluster> all;
  private ChildKeeper children;
  private PartitionWatch watch;
  private Farewell farewell;

  /**
   * A reconciler.
   *
   * @param place where it is and what it sees
   * @param consumerImage of pods whose ChatCluster names none
   * @param version of the operator, for the status
   */
  public ChatClusterReconciler(
      KafkaConnections connections,
      Secrets secrets,
      Rescales rescales,
      Events events,
      Supplier<Place> place,
      String consumerImage,
      String version,
      Pace pace,
      InstantSource clock) {
    this.connections = connections;
    this.secrets = secrets;
    this.topics = new TopicStep(connections, secrets, events, clock, place);
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
    all = context.getPrimaryCache();
    children = new ChildKeeper(context.getClient(), sources, events);
    watch = new PartitionWatch(sources);
    farewell = new Farewell(topics, watch, events, status, clock, pace.farewell(), pace.first());
    List<EventSource<?, ChatCluster>> every = new ArrayList<>(sources.all());
    every.add(more);
    return every;
  }

  /** How many, by their status, are ready or are not; once the operator has started. */
  public long count(boolean ready) {
    return all.list(each -> StatusPage.ready(each) == ready).count();
  }

  /**
   * Begins to change nothing any more, and waits, but no longer than that, until nothing is being
   * changed: without its informers, which the framework stops first, a look sees no objects, and
   * would take them all for missing.
   */
  public void end(Duration longest) throws InterruptedException {
    ended = true;
    if (!looks.writeLock().tryLock(longest.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.warn("a look did not end within {}", longest);
    }
  }

  @Override
  public UpdateControl<ChatCluster> reconcile(ChatCluster cluster, Context<ChatCluster> context) {
    if (!looks.readLock().tryLock()) return UpdateControl.noUpdate();
    try {
      return ended ? UpdateControl.noUpdate() : look(cluster, context);
    } finally {
      looks.readLock().unlock();
    }
  }

  private UpdateControl<ChatCluster> look(ChatCluster cluster, Context<ChatCluster> context) {
    if (context.isPrimaryResourceDeleted()) {
      forget(cluster, context);
      return UpdateControl.noUpdate();
    }
    if (cluster.isMarkedForDeletion()) {
      rescales.stop(cluster);
      return farewell.say(cluster, context);
    }

    // What was ordered before may not be what is wanted now.
    rescales.hold(cluster);
    List<String> invalid = SpecRules.problems(cluster, watch.servedSource(cluster));
    Report report = invalid.isEmpty() ? agree(cluster, context) : new Report(cluster);
    int pods = 0;
    try {
      try {
        if (!invalid.isEmpty()) {
          report.add(Trouble.of(Reason.INVALID_SPEC, "spec", String.join("; ", invalid)));
          if (invalid.stream().noneMatch(ChatClusterReconciler::hidesTheLog)) complete(report);
        } else if (report.cluster().getSpec().paused()) {
          pause(report);
        } else {
          pods = realise(report, context);
        }
      } finally {
        watch.look(report, pods);
      }
    } catch (RuntimeException e) {
      LOG.error("reconciling {} failed", ResourceID.fromResource(cluster), e);
      String message = "the operator failed: " + e + "; this is tried again, please report it";
      report.add(Trouble.of(Reason.INTERNAL_ERROR, "operator", message));
    }
    return ended ? UpdateControl.noUpdate() : status.write(report, clock.instant(), context);
  }

  private void forget(ChatCluster cluster, Context<ChatCluster> context) {
    // As of when it is asked: others come while Kafka is told that this one is gone.
    Supplier<Set<String>> left =
        () ->
            context
                .getPrimaryCache()
                .list(c -> true)
                .map(c -> c.getMetadata().getUid())
                .collect(Collectors.toSet());
    rescales.keepOnly(left);
    // With a successor of the same name it is the successor that is given here.
    if (context.getPrimaryCache().get(ResourceID.fromResource(cluster)).isEmpty()) {
      topics.release(cluster);
      // Whoever waits for it would else come after a minute.
      context
          .getPrimaryCache()
          .list(each -> each.getSpec() != null && cluster.getSpec() != null)
          .filter(each -> ChildNames.topic(each).equals(ChildNames.topic(cluster)))
          .forEach(each -> more.propagateEvent(ResourceID.fromResource(each)));
    }
    connections.keepOnly(left);
    farewell.keepOnly(left.get());
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
    Access access = secrets.access(cluster);
    TopicResult topic = topics.settle(cluster, access, context.getPrimaryCache().list(c -> true));
    report.know(topic.facts());
    report.addAll(topic.troubles());
    topic.advice().ifPresent(report::advise);
    if (report.has(Area.LOG)) rescales.stop(cluster);
    // With Kafka away what is known of the log is still true; with another log in its place, not.
    if (!topic.facts().complete() || report.has(Area.LOG)) return 0;
    boolean mayBegin = topic.troubles().isEmpty();
    Optional<Progress> rescale = topic.log().map(log -> rescale(report, access, log, mayBegin));
    int pods = rescale.map(r -> r.phase().pods()).orElse(topic.facts().partitions());
    // Kafka may have taken its time.
    if (ended) return pods;
    children.keep(wanted(cluster, access, pods), topic.reached(), report);
    SpecAdvice.of(cluster, consumerImage).forEach(report::advise);
    rescale.ifPresent(r -> children.remove(r.released(), watch.withoutPods(cluster, pods), report));
    return pods;
  }

  /** Without access the pods are to be those that there are. */
  private Children wanted(ChatCluster cluster, Access access, int partitions) {
    Optional<String> secretsHash =
        switch (access) {
          case Access.Usable usable -> usable.secretsHash();
          case Access.Unusable _ -> watch.servedSecrets(cluster);
        };
    return Children.of(cluster, partitions, consumerImage, secretsHash);
  }

  /** Has the cut made if the count has changed, on its own thread, and says how far that is. */
  private Progress rescale(Report report, Access access, ControlState log, boolean mayBegin) {
    ChatCluster cluster = report.cluster();
    Situation situation =
        Situation.of(cluster, report.facts(), log, mayBegin, watch.deployed(cluster));
    Progress progress =
        rescales.attend(
            cluster,
            access,
            situation,
            () -> more.propagateEvent(ResourceID.fromResource(cluster)));
    report.rescaling(progress.condition());
    report.strayLag(progress.strayLag());
    progress.trouble().ifPresent(report::add);
    return progress;
  }

  /** Whether Kafka cannot be asked for the log because of it. */
  private static boolean hidesTheLog(String problem) {
    return Stream.of("spec is", "spec.kafka", "spec.topic", "spec.rescale")
        .anyMatch(problem::startsWith);
  }

  /** Has a cut completed that has begun: until then nobody serves the rooms that move. */
  private Access complete(Report report) {
    Access access = secrets.access(report.cluster());
    if (!report.facts().complete()) return access;
    topics
        .log(report.cluster(), access)
        .ifPresent(
            log -> {
              report.know(report.facts().with(log));
              rescale(report, access, log, false);
            });
    return access;
  }

  /**
   * Nothing is changed, but a cut that has begun is completed; what was wrong with Kafka is taken
   * to be so still.
   */
  private void pause(Report report) {
    report.paused();
    ChatClusterStatus before = report.cluster().getStatus();
    if (before == null || !report.facts().complete()) return;
    Access access = complete(report);
    report.waiting(
        children.differing(
            report.cluster(), wanted(report.cluster(), access, report.facts().partitions())));
    for (Reason reason : Reason.values()) {
      if (reason.area() != Area.TOPIC && reason.area() != Area.LOG) continue;
      before.problems().stream()
          .filter(p -> p.reason().equals(reason.toString()))
          .forEach(p -> report.add(new Trouble(reason, p.partition(), p.object(), p.message())));
    }
  }
}
