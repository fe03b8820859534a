package dev.chatcluster.operator.desired;

import dev.chatcluster.api.v1.ChatCluster;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.Map;

/**
 * What holds those who evict pods to the number of partitions that may be not ready at once. It
 * counts pods, and each is of one partition: as many pods are never of more partitions, whatever
 * the number of pods of each.
 */
final class Budget {
  private Budget() {}

  static PodDisruptionBudget of(ChatCluster cluster, int partitions) {
    Map<String, String> selector = Labels.selector(cluster);
    IntOrString asked = cluster.getSpec().consumer().rollout().maxUnavailable();
    return SpecHash.stamp(
        new PodDisruptionBudgetBuilder()
            .withMetadata(
                Children.metadata(cluster, ChildNames.budget(cluster), selector, Map.of()))
            .withNewSpec()
            .withMaxUnavailable(new IntOrString(partitions(asked, partitions)))
            .withNewSelector()
            .withMatchLabels(selector)
            .endSelector()
            // One that is not ready serves nobody, and must not hold up the draining of its node.
            .withUnhealthyPodEvictionPolicy("AlwaysAllow")
            .endSpec()
            .build());
  }

  /** How many of {@code count} partitions that are; at least one, or nothing would ever change. */
  static int partitions(IntOrString asked, int count) {
    if (asked.getIntVal() != null) return asked.getIntVal();
    String text = asked.getStrVal();
    if (!text.endsWith("%")) return Integer.parseInt(text);
    int percent = Integer.parseInt(text.substring(0, text.length() - 1));
    return Math.max(1, count * percent / 100);
  }
}
