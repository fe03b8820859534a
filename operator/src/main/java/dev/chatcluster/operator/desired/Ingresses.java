package dev.chatcluster.operator.desired;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ListenerSpec;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPathBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The way in through an Ingress controller: a path for each partition, and one for all. */
final class Ingresses {
  private Ingresses() {}

  static Optional<Ingress> of(ChatCluster cluster, int partitions) {
    ListenerSpec.Ingress asked = cluster.getSpec().listener().ingress();
    if (asked == null) return Optional.empty();
    List<HTTPIngressPath> paths = new ArrayList<>();
    for (int p = 0; p < partitions; p++) {
      paths.add(path(ChildNames.partitionPath(asked.path(), p), ChildNames.partition(cluster, p)));
    }
    paths.add(path(asked.path(), ChildNames.clientService(cluster)));
    IngressBuilder ingress =
        new IngressBuilder()
            .withMetadata(
                Children.metadata(
                    cluster,
                    ChildNames.ingress(cluster),
                    Labels.selector(cluster),
                    asked.annotations()))
            .withNewSpec()
            .withIngressClassName(asked.className())
            .addNewRule()
            .withHost(asked.host())
            .withNewHttp()
            .withPaths(paths)
            .endHttp()
            .endRule()
            .endSpec();
    if (asked.tlsSecretName() != null) {
      ingress
          .editSpec()
          .addNewTl()
          .withHosts(asked.host())
          .withSecretName(asked.tlsSecretName())
          .endTl()
          .endSpec();
    }
    return Optional.of(SpecHash.stamp(ingress.build()));
  }

  private static HTTPIngressPath path(String path, String service) {
    return new HTTPIngressPathBuilder()
        .withPath(path)
        .withPathType("Prefix")
        .withNewBackend()
        .withNewService()
        .withName(service)
        .withNewPort()
        .withName("client")
        .endPort()
        .endService()
        .endBackend()
        .build();
  }
}
