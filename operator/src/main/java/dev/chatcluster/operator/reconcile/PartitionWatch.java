package dev.chatcluster.operator.reconcile;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.operator.desired.ChildNames;
import dev.chatcluster.operator.desired.Labels;
import dev.chatcluster.operator.desired.PodEnvironment;
import dev.chatcluster.operator.status.PartitionState;
import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.operator.status.Report;
import dev.chatcluster.operator.status.Trouble;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Sees how the partitions' pods are, whatever else goes wrong. */
final class PartitionWatch {
  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

  private final ChildSources sources;

  PartitionWatch(ChildSources sources) {
    this.sources = sources;
  }

  /** The {@code rooms.source} that the partitions of {@code cluster} are served with now. */
  Optional<String> servedSource(ChatCluster cluster) {
    return deployment(cluster, 0)
        .map(d -> d.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(Labels.ROOMS_SOURCE))
        // What its pods are told otherwise is drift, which is corrected.
        .filter(source -> deployment(cluster, 0).filter(d -> tells(d, source)).isPresent());
  }

  /** Of what the Secrets held that the pods of {@code cluster} were told to start with last. */
  Optional<String> servedSecrets(ChatCluster cluster) {
    return sources.deployments().getSecondaryResources(cluster).stream()
        .filter(d -> owned(d, cluster))
        .min(Comparator.comparing(d -> d.getMetadata().getName()))
        .map(d -> d.getSpec().getTemplate().getMetadata().getAnnotations())
        .map(annotations -> annotations.get(Labels.SECRETS_HASH));
  }

  private static boolean tells(Deployment deployment, String source) {
    return deployment.getSpec().getTemplate().getSpec().getContainers().stream()
        .flatMap(container -> container.getEnv().stream())
        .anyMatch(
            env ->
                env.getName().equals("CHAT_ROOMS_SOURCE")
                    && PodEnvironment.literal(source).equals(env.getValue()));
  }

  /** How long the pods left of {@code cluster} may take to end; empty when none runs. */
  Optional<Duration> longestEnd(ChatCluster cluster) {
    return pods(cluster).stream()
        .filter(pod -> pod.getStatus() == null || !ENDED.contains("" + pod.getStatus().getPhase()))
        .map(pod -> pod.getSpec() == null ? null : pod.getSpec().getTerminationGracePeriodSeconds())
        .map(seconds -> seconds == null ? Duration.ZERO : Duration.ofSeconds(seconds))
        .max(Duration::compareTo);
  }

  /** The Deployments of {@code cluster} that are to have pods. */
  List<Deployment> running(ChatCluster cluster) {
    return sources.deployments().getSecondaryResources(cluster).stream()
        .filter(d -> owned(d, cluster) && d.getSpec().getReplicas() != 0)
        .toList();
  }

  /** The partitions that have a Deployment, and whether a pod of it is ready. */
  Map<Integer, Boolean> deployed(ChatCluster cluster) {
    Map<Integer, Boolean> deployed = new HashMap<>();
    for (Deployment each : sources.deployments().getSecondaryResources(cluster)) {
      if (!owned(each, cluster) || each.isMarkedForDeletion()) continue;
      ChildNames.partitionOf(cluster, each).ifPresent(p -> deployed.put(p, Rollout.ready(each)));
    }
    return deployed;
  }

  /** The partitions from {@code least} on that have a Service, and no pods any more. */
  List<Integer> withoutPods(ChatCluster cluster, int least) {
    Set<Integer> left = new HashSet<>();
    sources.services().getSecondaryResources(cluster).stream()
        .filter(service -> owned(service, cluster) && !service.isMarkedForDeletion())
        .forEach(service -> ChildNames.partitionOf(cluster, service).ifPresent(left::add));
    left.removeIf(p -> p < least);
    left.removeAll(deployed(cluster).keySet());
    for (Pod each : pods(cluster)) {
      String partition = each.getMetadata().getLabels().get(Labels.PARTITION);
      left.removeIf(p -> p.toString().equals(partition));
    }
    return left.stream().sorted().toList();
  }

  /**
   * Puts into the report how each partition is, and why it is not well.
   *
   * @param withPods how many partitions should have pods, those that only start or end included
   */
  void look(Report report, int withPods) {
    ChatCluster cluster = report.cluster();
    Integer count = report.facts().partitions();
    if (count == null) return;
    Collection<Pod> pods = pods(cluster);
    Map<String, PodTrouble> troubles = troubles(cluster, pods);
    Map<String, String> unready = unready(pods);
    List<PartitionState> states = new ArrayList<>();
    for (int p = 0; p < Math.max(count, withPods); p++) {
      Optional<Deployment> deployment = deployment(cluster, p);
      boolean ready = deployment.map(Rollout::ready).orElse(false);
      boolean settled = deployment.map(Rollout::settled).orElse(false);
      if (p < count) states.add(new PartitionState(p, ready, settled));
      PodTrouble pod = troubles.get(Integer.toString(p));
      if (deployment.isPresent()) {
        boolean down = !ready && p < count;
        String why = unready.getOrDefault(Integer.toString(p), "look at its log");
        trouble(cluster, p, deployment.get(), ready, down, pod, why).ifPresent(report::add);
      }
    }
    report.partitions(states);
  }

  private static Optional<Trouble> trouble(
      ChatCluster cluster,
      int partition,
      Deployment deployment,
      boolean ready,
      boolean down,
      PodTrouble pod,
      String unready) {
    String served =
        ready ? "partition %d is served by an older pod, a newer" : "partition %d has no ready";
    String object = "Deployment/" + deployment.getMetadata().getName();
    if (pod != null) {
      String message = served.formatted(partition) + " pod: " + pod.message();
      return Optional.of(new Trouble(pod.reason(), partition, object, message));
    }
    Optional<String> notCreated = Rollout.notCreated(deployment.getStatus());
    if (notCreated.isPresent()) {
      String message =
          served.formatted(partition) + " pod: Kubernetes does not make it: " + notCreated.get();
      return Optional.of(new Trouble(Reason.PODS_NOT_CREATED, partition, object, message));
    }
    String progress = Rollout.progress(deployment.getStatus());
    if (progress.equals("ProgressDeadlineExceeded")) {
      String message = served.formatted(partition) + " pod: it does not become ready: " + unready;
      return Optional.of(
          new Trouble(Reason.PROGRESS_DEADLINE_EXCEEDED, partition, object, message));
    }
    if (down && wasUp(cluster, partition, progress)) {
      String message =
          served.formatted(partition)
              + " pod: its clients are served by the others' pods until it is back";
      return Optional.of(new Trouble(Reason.PARTITION_DOWN, partition, object, message));
    }
    return Optional.empty();
  }

  /** Otherwise it is only starting. */
  private static boolean wasUp(ChatCluster cluster, int partition, String progress) {
    if (progress.equals("NewReplicaSetAvailable")) return true;
    if (cluster.getStatus() == null) return false;
    return cluster.getStatus().problems().stream()
            .anyMatch(
                p ->
                    Objects.equals(p.partition(), partition)
                        && Reason.PARTITION_DOWN.toString().equals(p.reason()))
        || cluster.getStatus().conditions().stream()
            .anyMatch(c -> c.getType().equals("ConsumersReady") && c.getStatus().equals("True"));
  }

  private static Map<String, PodTrouble> troubles(ChatCluster cluster, Collection<Pod> pods) {
    String imageFrom =
        cluster.getSpec() == null || cluster.getSpec().consumer().image() == null
            ? "consumerImage in the values of the operator's chart"
            : "spec.consumer.image";
    Map<String, PodTrouble> troubles = new HashMap<>();
    for (Pod pod : pods) {
      String partition = pod.getMetadata().getLabels().get(Labels.PARTITION);
      PodTrouble.of(pod, imageFrom).ifPresent(trouble -> troubles.put(partition, trouble));
    }
    return troubles;
  }

  private static Map<String, String> unready(Collection<Pod> pods) {
    Map<String, String> unready = new HashMap<>();
    for (Pod pod : pods) {
      String partition = pod.getMetadata().getLabels().get(Labels.PARTITION);
      PodTrouble.unready(pod).ifPresent(why -> unready.put(partition, why));
    }
    return unready;
  }

  private Collection<Pod> pods(ChatCluster cluster) {
    return sources.pods().getSecondaryResources(cluster);
  }

  private Optional<Deployment> deployment(ChatCluster cluster, int partition) {
    return sources
        .deployments()
        .get(
            new ResourceID(
                ChildNames.partition(cluster, partition), cluster.getMetadata().getNamespace()))
        .filter(d -> owned(d, cluster));
  }

  private static boolean owned(HasMetadata child, ChatCluster cluster) {
    return child.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(cluster.getMetadata().getUid()));
  }
}
