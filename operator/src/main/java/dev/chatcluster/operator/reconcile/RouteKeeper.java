package dev.chatcluster.operator.reconcile;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.operator.apply.Applier;
import dev.chatcluster.operator.apply.NotApplied;
import dev.chatcluster.operator.desired.ChildNames;
import dev.chatcluster.operator.desired.HttpRoutes;
import dev.chatcluster.operator.desired.Labels;
import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.operator.status.Trouble;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps HTTPRoutes. They are asked for at each look instead of watched: an API server need not have
 * them, and a watch of what is not there never begins.
 */
final class RouteKeeper {
  private final KubernetesClient client;

  RouteKeeper(KubernetesClient client) {
    this.client = client;
  }

  /** Makes the routes of {@code cluster} the wanted ones and no others; returns what fails. */
  List<Trouble> keep(ChatCluster cluster, List<GenericKubernetesResource> wanted) {
    Map<ResourceID, GenericKubernetesResource> there;
    try {
      there = list(cluster);
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        return List.of(NotApplied.refused("HTTPRoutes", null, e).trouble());
      }
      // With the kind all of its objects went.
      return wanted.isEmpty() ? List.of() : List.of(missing());
    }
    Applier<GenericKubernetesResource> applier = new Applier<>(client, new Snapshot(there));
    List<Trouble> troubles = new ArrayList<>();
    for (GenericKubernetesResource each : wanted) {
      try {
        applier.apply(each, partition(cluster, each));
      } catch (NotApplied e) {
        troubles.add(e.trouble());
      }
    }
    for (GenericKubernetesResource each : wanted) there.remove(ResourceID.fromResource(each));
    for (GenericKubernetesResource each : List.copyOf(there.values())) {
      if (!Applier.owns(cluster, each)) continue;
      try {
        applier.remove(ResourceID.fromResource(each), null);
      } catch (NotApplied e) {
        troubles.add(e.trouble());
      }
    }
    return troubles;
  }

  private Map<ResourceID, GenericKubernetesResource> list(ChatCluster cluster) {
    Map<ResourceID, GenericKubernetesResource> there = new HashMap<>();
    client
        .genericKubernetesResources(HttpRoutes.KIND)
        .inNamespace(cluster.getMetadata().getNamespace())
        .withLabel(Labels.CLUSTER, cluster.getMetadata().getName())
        .list()
        .getItems()
        .forEach(each -> there.put(ResourceID.fromResource(each), each));
    return there;
  }

  private static Integer partition(ChatCluster cluster, GenericKubernetesResource route) {
    var partition = ChildNames.partitionOf(cluster, route);
    return partition.isPresent() ? partition.getAsInt() : null;
  }

  private static Trouble missing() {
    return Trouble.of(
        Reason.GATEWAY_API_MISSING,
        "HTTPRoutes",
        "spec.listener.httpRoute is given, but this Kubernetes has no gateway.networking.k8s.io/v1:"
            + " install the Gateway API and a controller for it, or use spec.listener.ingress");
  }

  /** What was there at the beginning of this look, and what it has written since. */
  private record Snapshot(Map<ResourceID, GenericKubernetesResource> there)
      implements Applier.Known<GenericKubernetesResource> {
    @Override
    public Optional<GenericKubernetesResource> get(ResourceID id) {
      return Optional.ofNullable(there.get(id));
    }

    @Override
    public void created(ResourceID id, GenericKubernetesResource object) {
      there.put(id, object);
    }

    @Override
    public void updated(
        ResourceID id, GenericKubernetesResource object, GenericKubernetesResource before) {
      there.put(id, object);
    }
  }
}
