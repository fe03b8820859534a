package dev.chatcluster.operator.reconcile;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.operator.desired.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What the operator watches of ChatClusters' children, limited to its own labels and to changes
 * that matter.
 */
record ChildSources(
    InformerEventSource<Deployment, ChatCluster> deployments,
    InformerEventSource<Service, ChatCluster> services,
    InformerEventSource<PodDisruptionBudget, ChatCluster> budgets,
    InformerEventSource<Ingress, ChatCluster> ingresses,
    InformerEventSource<Pod, ChatCluster> pods) {

  /** The types of all of them. */
  static final List<Class<? extends HasMetadata>> TYPES =
      List.of(Deployment.class, Service.class, PodDisruptionBudget.class, Ingress.class, Pod.class);

  /** How many are read at once: thousands in one answer would need as much memory again. */
  private static final long PAGE = 250;

  static ChildSources of(EventSourceContext<ChatCluster> context) {
    return new ChildSources(
        source(
            Deployment.class,
            (now, before) -> edited(now, before) || moved(now.getStatus(), before.getStatus()),
            context),
        source(Service.class, ChildSources::edited, context),
        source(PodDisruptionBudget.class, ChildSources::edited, context),
        source(Ingress.class, ChildSources::edited, context),
        source(
            Pod.class,
            (now, before) -> !PodTrouble.of(now, "").equals(PodTrouble.of(before, "")),
            context));
  }

  List<EventSource<?, ChatCluster>> all() {
    return List.of(deployments, services, budgets, ingresses, pods);
  }

  private static <R extends HasMetadata> InformerEventSource<R, ChatCluster> source(
      Class<R> type, OnUpdateFilter<R> matters, EventSourceContext<ChatCluster> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(type, ChatCluster.class)
            .withName(type.getSimpleName())
            .withNamespacesInheritedFromController()
            .withLabelSelector(Labels.INFORMER_SELECTOR)
            .withInformerListLimit(PAGE)
            .withSecondaryToPrimaryMapper(ChildSources::clusters)
            .withOnUpdateFilter(matters)
            .build(),
        context);
  }

  /** By owner, and by label: somebody may have taken away the one or the other. */
  private static Set<ResourceID> clusters(HasMetadata child) {
    Set<String> names = new HashSet<>();
    Map<String, String> labels = child.getMetadata().getLabels();
    if (labels != null && labels.containsKey(Labels.CLUSTER)) names.add(labels.get(Labels.CLUSTER));
    child.getMetadata().getOwnerReferences().stream()
        .filter(owner -> owner.getKind().equals("ChatCluster"))
        .map(OwnerReference::getName)
        .forEach(names::add);
    Set<ResourceID> ids = new HashSet<>();
    names.forEach(name -> ids.add(new ResourceID(name, child.getMetadata().getNamespace())));
    return ids;
  }

  private static boolean edited(HasMetadata now, HasMetadata before) {
    return !Objects.equals(now.getMetadata().getLabels(), before.getMetadata().getLabels())
        || !Objects.equals(
            now.getMetadata().getAnnotations(), before.getMetadata().getAnnotations())
        || !Objects.equals(
            now.getMetadata().getOwnerReferences(), before.getMetadata().getOwnerReferences())
        || !Objects.equals(spec(now), spec(before));
  }

  private static Object spec(HasMetadata object) {
    return switch (object) {
      case Deployment deployment -> deployment.getSpec();
      case Service service -> service.getSpec();
      case PodDisruptionBudget budget -> budget.getSpec();
      case Ingress ingress -> ingress.getSpec();
      default -> null;
    };
  }

  private static boolean moved(DeploymentStatus now, DeploymentStatus before) {
    return !Objects.equals(counts(now), counts(before));
  }

  private static List<Object> counts(DeploymentStatus status) {
    if (status == null) return List.of();
    return java.util.Arrays.asList(
        status.getObservedGeneration(),
        status.getReplicas(),
        status.getUpdatedReplicas(),
        status.getReadyReplicas(),
        Rollout.progress(status),
        Rollout.notCreated(status));
  }
}
