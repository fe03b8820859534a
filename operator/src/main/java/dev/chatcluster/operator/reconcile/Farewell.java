package dev.chatcluster.operator.reconcile;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.operator.desired.ChildNames;
import dev.chatcluster.operator.event.Events;
import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.operator.status.Report;
import dev.chatcluster.operator.status.TopicFacts;
import dev.chatcluster.operator.status.Trouble;
import dev.chatcluster.operator.topic.TopicStep;
import dev.chatcluster.roomlog.Names;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a ChatCluster whose topics go with it. Only those have a finalizer; for the others
 * Kubernetes removes the children by their owner, with or without an operator.
 */
final class Farewell {
  private static final Logger LOG = LoggerFactory.getLogger(Farewell.class);
  private static final String DELETED = "it is being deleted: ";
  static final String FINALIZER = "chatcluster.dev/topics";

  private final TopicStep topics;
  private final PartitionWatch watch;
  private final Events events;
  private final StatusWriter status;
  private final InstantSource clock;
  private final Duration patience;
  private final Duration pace;

  /**
   * When pods were waited for first, by uid; a new operator has patience anew, since nobody may
   * have stopped them before.
   */
  private final Map<String, Instant> begun = new ConcurrentHashMap<>();

  /** When Kafka was asked first, likewise. */
  private final Map<String, Instant> asked = new ConcurrentHashMap<>();

  /**
   * A farewell.
   *
   * @param patience how long Kafka may be away before the ChatCluster goes without it; pods have as
   *     long, beyond the time they are given to end, before nobody waits for them any more
   * @param pace between two tries
   */
  Farewell(
      TopicStep topics,
      PartitionWatch watch,
      Events events,
      StatusWriter status,
      InstantSource clock,
      Duration patience,
      Duration pace) {
    this.topics = topics;
    this.watch = watch;
    this.events = events;
    this.status = status;
    this.clock = clock;
    this.patience = patience;
    this.pace = pace;
  }

  /** The ChatCluster with the finalizer if its deletion policy asks for one, and without if not. */
  ChatCluster agree(ChatCluster cluster, Context<ChatCluster> context) {
    boolean wanted = wanted(cluster);
    if (wanted == cluster.hasFinalizer(FINALIZER)) return cluster;
    KubernetesClient client = context.getClient();
    ChatCluster agreed =
        wanted
            ? PrimaryUpdateAndCacheUtils.addFinalizer(client, cluster, FINALIZER)
            : PrimaryUpdateAndCacheUtils.removeFinalizer(client, cluster, FINALIZER);
    context
        .eventSourceRetriever()
        .getControllerEventSource()
        .handleRecentResourceUpdate(ResourceID.fromResource(cluster), agreed, cluster);
    return agreed;
  }

  /** One step towards the end of a ChatCluster that is marked for deletion. */
  UpdateControl<ChatCluster> say(ChatCluster cluster, Context<ChatCluster> context) {
    if (!cluster.hasFinalizer(FINALIZER)) return UpdateControl.noUpdate();
    // The policy may have been changed since the finalizer was agreed on.
    if (cluster.getSpec() != null && !wanted(cluster)) return letGo(cluster, context);
    Instant now = clock.instant();
    // A pod that still runs might have Kafka create the topic anew.
    List<Deployment> running = watch.running(cluster);
    running.forEach(deployment -> stop(deployment, context.getClient()));
    Optional<Duration> ending = watch.longestEnd(cluster);
    String uid = cluster.getMetadata().getUid();
    Instant longest =
        begun.computeIfAbsent(uid, each -> now).plus(patience).plus(ending.orElse(Duration.ZERO));
    // The pods of one that is only now stopped may not be known yet.
    if ((!running.isEmpty() || ending.isPresent()) && !now.isAfter(longest)) {
      return wait(cluster, "its pods end, then its topics go", Optional.empty(), context);
    }
    Instant first = asked.computeIfAbsent(uid, each -> now);
    boolean late = now.isAfter(first.plus(patience));
    Optional<Trouble> trouble = deleteTopics(cluster, context);
    if (trouble.isPresent() && !late) {
      String why = "the topics stay for now: " + trouble.get().message();
      if (!said(cluster, why)) events.warning(cluster, "TopicNotDeletedYet", why);
      return wait(cluster, why, trouble, context);
    }
    trouble.ifPresent(
        t ->
            events.warning(
                cluster,
                "TopicLeftBehind",
                "the ChatCluster goes, its topics stay: delete "
                    + topics(cluster)
                    + " by hand if nobody needs them; "
                    + t.message()));
    return letGo(cluster, context);
  }

  /** Their names are nowhere else to be read once it is gone. */
  private static String topics(ChatCluster cluster) {
    ChatClusterStatus.Topic known = TopicFacts.of(cluster.getStatus()).topic();
    if (known == null && cluster.getSpec() == null) return "them";
    String topic = known != null ? known.name() : ChildNames.topic(cluster);
    return topic + " and " + Names.controlTopic(topic);
  }

  /** Why not, also where that is a defect: nobody would be let go of otherwise. */
  private Optional<Trouble> deleteTopics(ChatCluster cluster, Context<ChatCluster> context) {
    try {
      return topics.delete(cluster, context.getPrimaryCache().list(c -> true));
    } catch (RuntimeException e) {
      // The operator stops.
      if (Thread.currentThread().isInterrupted()) throw e;
      LOG.error("deleting the topics of {} failed", ResourceID.fromResource(cluster), e);
      String message = "the operator failed: " + e + "; please report it";
      return Optional.of(Trouble.of(Reason.INTERNAL_ERROR, "operator", message));
    }
  }

  private UpdateControl<ChatCluster> wait(
      ChatCluster cluster, String why, Optional<Trouble> trouble, Context<ChatCluster> context) {
    Report report = new Report(cluster);
    report.ending(DELETED + why);
    trouble.ifPresent(report::add);
    return status.write(report, clock.instant(), context).rescheduleAfter(pace);
  }

  private static boolean said(ChatCluster cluster, String why) {
    return cluster.getStatus() != null
        && cluster.getStatus().conditions().stream()
            .anyMatch(c -> (DELETED + why).equals(c.getMessage()));
  }

  /** Only of these ChatClusters anything is remembered from now on. */
  void keepOnly(Set<String> uids) {
    begun.keySet().retainAll(uids);
    asked.keySet().retainAll(uids);
  }

  private static boolean wanted(ChatCluster cluster) {
    return "Delete".equals(cluster.getSpec().topic().deletionPolicy())
        && !cluster.getSpec().topic().external();
  }

  private static UpdateControl<ChatCluster> letGo(
      ChatCluster cluster, Context<ChatCluster> context) {
    PrimaryUpdateAndCacheUtils.removeFinalizer(context.getClient(), cluster, FINALIZER);
    return UpdateControl.noUpdate();
  }

  private static void stop(Deployment deployment, KubernetesClient client) {
    Deployment stopped =
        new DeploymentBuilder(deployment).editSpec().withReplicas(0).endSpec().build();
    try {
      client.resource(stopped).update();
    } catch (KubernetesClientException e) {
      // Changed or gone meanwhile: the next step sees it.
      LOG.debug("{} is not stopped yet", deployment.getMetadata().getName(), e);
    }
  }
}
