package dev.chatcluster.operator.desired;

import dev.chatcluster.api.v1.ChatCluster;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Everything a ChatCluster should have.
 *
 * @param deployments one a partition, by partition
 * @param services one a partition, by partition
 * @param clients the Service over all pods
 */
public record Children(List<Deployment> deployments, List<Service> services, Service clients) {
  /**
   * The children of a ChatCluster whose spec is valid.
   *
   * @param partitions of the newest epoch, which the spec may differ from
   * @param defaultImage of the pods when the spec names none
   */
  public static Children of(ChatCluster cluster, int partitions, String defaultImage) {
    return new Children(
        IntStream.range(0, partitions)
            .mapToObj(p -> PartitionDeployment.of(cluster, p, defaultImage))
            .toList(),
        IntStream.range(0, partitions).mapToObj(p -> Services.partition(cluster, p)).toList(),
        Services.clients(cluster));
  }

  /** Metadata of a child that goes when its ChatCluster goes. */
  static ObjectMeta metadata(
      ChatCluster cluster,
      String name,
      Map<String, String> selector,
      Map<String, String> furtherAnnotations) {
    Map<String, String> annotations = new TreeMap<>(Labels.annotations(cluster));
    annotations.putAll(furtherAnnotations);
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
