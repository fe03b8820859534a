package dev.chatcluster.operator.reconcile;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ConsumerSpec;
import dev.chatcluster.operator.desired.Children;
import dev.chatcluster.operator.status.Advice;
import java.util.ArrayList;
import java.util.List;

/** What a valid spec asks for in vain, or hardly means. */
final class SpecAdvice {
  private SpecAdvice() {}

  static List<Advice> of(ChatCluster cluster, String defaultImage) {
    List<Advice> advice = new ArrayList<>();
    List<String> reserved = Children.reserved(cluster, defaultImage);
    if (!reserved.isEmpty()) {
      advice.add(
          new Advice(
              "PodTemplateReserved",
              "spec.consumer.podTemplate has "
                  + String.join(", ", reserved)
                  + ", which the operator sets itself: that is passed over; use the other fields of"
                  + " the spec where there is one for it, and remove it here"));
    }
    ConsumerSpec.Resources resources = cluster.getSpec().consumer().resources();
    if (resources != null && !resources.limits().containsKey("memory")) {
      advice.add(
          new Advice(
              "NoMemoryLimit",
              "spec.consumer.resources has no limits.memory, since what is given replaces the"
                  + " default as a whole: the pods size their heap by the memory of their node; add"
                  + " it, 256Mi is the default"));
    }
    return advice;
  }
}
