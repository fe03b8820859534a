package dev.chatcluster.operator.desired;

import dev.chatcluster.api.v1.ChatCluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Everything a ChatCluster should have.
 *
 * @param deployments one a partition, by partition
 * @param services one a partition, by partition
 * @param clients the Service over all pods
 * @param budget for those who evict pods
 * @param ingress when it is asked for
 * @param routes when they are asked for
 */
public record Children(
    List<Deployment> deployments,
    List<Service> services,
    Service clients,
    PodDisruptionBudget budget,
    Optional<Ingress> ingress,
    List<GenericKubernetesResource> routes) {
  /**
   * The children of a ChatCluster whose spec is valid.
   *
   * @param partitions of the newest epoch, which the spec may differ from
   * @param defaultImage of the pods when the spec names none
   * @param secretsHash of what the Secrets hold that the pods read when they start
   */
  public static Children of(
      ChatCluster cluster, int partitions, String defaultImage, Optional<String> secretsHash) {
    return new Children(
        IntStream.range(0, partitions)
            .mapToObj(p -> PartitionDeployment.of(cluster, p, defaultImage, secretsHash))
            .toList(),
        IntStream.range(0, partitions).mapToObj(p -> Services.partition(cluster, p)).toList(),
        Services.clients(cluster, cluster.getSpec().listener().httpRoute() != null),
        Budget.of(cluster, partitions),
        Ingresses.of(cluster, partitions),
        HttpRoutes.of(cluster, partitions));
  }

  /** The Service over all pods, as long as there may be HTTPRoutes, asked for or not. */
  public static Service clientsWithRoutes(ChatCluster cluster) {
    return Services.clients(cluster, true);
  }

  /** How many partitions may be changed or not ready at once. */
  public int maxUnavailable() {
    return budget.getSpec().getMaxUnavailable().getIntVal();
  }

  /** The places in {@code spec.consumer.podTemplate} that are passed over. */
  public static List<String> reserved(ChatCluster cluster, String defaultImage) {
    return PodTemplates.reserved(
        PartitionDeployment.own(cluster, 0, defaultImage, Optional.empty()),
        cluster.getSpec().consumer().podTemplate());
  }

  /** Metadata of a child that goes when its ChatCluster goes. */
  static ObjectMeta metadata(
      ChatCluster cluster,
      String name,
      Map<String, String> selector,
      Map<String, String> furtherAnnotations) {
    Map<String, String> annotations =
        new TreeMap<>(Labels.annotations(cluster, furtherAnnotations));
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(cluster.getMetadata().getNamespace())
        .withLabels(Labels.of(cluster, selector))
        .withAnnotations(annotations)
        .withOwnerReferences(
            new OwnerReferenceBuilder()
                .withApiVersion(cluster.getApiVersion())
                .withKind(cluster.getKind())
                .withName(cluster.getMetadata().getName())
                .withUid(cluster.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build())
        .build();
  }
}
