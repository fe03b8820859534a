package dev.chatcluster.operator.desired;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ListenerSpec;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.Map;
import java.util.TreeMap;

/** The ways to the pods. */
final class Services {
  private Services() {}

  /**
   * Over all pods: any of them serves any room.
   *
   * @param routes whether there may be HTTPRoutes
   */
  static Service clients(ChatCluster cluster, boolean routes) {
    ListenerSpec.Service asked = cluster.getSpec().listener().service();
    Map<String, String> selector = Labels.selector(cluster);
    Map<String, String> annotations = new TreeMap<>(asked.annotations());
    if (routes) annotations.put(Labels.HTTP_ROUTES, "true");
    ObjectMeta metadata =
        Children.metadata(cluster, ChildNames.clientService(cluster), selector, annotations);
    return service(metadata, asked.type(), asked.loadBalancerClass(), selector);
  }

  /** To the pods of one partition, for clients that want the owner of their room. */
  static Service partition(ChatCluster cluster, int partition) {
    Map<String, String> selector = Labels.selector(cluster, partition);
    ObjectMeta metadata =
        Children.metadata(cluster, ChildNames.partition(cluster, partition), selector, Map.of());
    return service(metadata, "ClusterIP", null, selector);
  }

  private static Service service(
      ObjectMeta metadata, String type, String loadBalancerClass, Map<String, String> selector) {
    return SpecHash.stamp(
        new ServiceBuilder()
            .withMetadata(metadata)
            .withNewSpec()
            .withType(type)
            .withLoadBalancerClass(loadBalancerClass)
            .withSelector(selector)
            .addNewPort()
            .withName("client")
            .withProtocol("TCP")
            .withPort(ChildNames.CLIENT_PORT)
            .withNewTargetPort("client")
            .endPort()
            .endSpec()
            .build());
  }
}
