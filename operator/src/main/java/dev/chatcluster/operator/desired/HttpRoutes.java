package dev.chatcluster.operator.desired;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ListenerSpec;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The way in through a Gateway: an object for each partition, and one for all. */
public final class HttpRoutes {
  /** The kind, which an API server need not have. */
  public static final ResourceDefinitionContext KIND =
      new ResourceDefinitionContext.Builder()
          .withGroup("gateway.networking.k8s.io")
          .withVersion("v1")
          .withKind("HTTPRoute")
          .withPlural("httproutes")
          .withNamespaced(true)
          .build();

  private HttpRoutes() {}

  /** By partition, the one for all at the end; none when none is asked for. */
  static List<GenericKubernetesResource> of(ChatCluster cluster, int partitions) {
    ListenerSpec.HttpRoute asked = cluster.getSpec().listener().httpRoute();
    List<GenericKubernetesResource> routes = new ArrayList<>();
    if (asked == null) return routes;
    for (int p = 0; p < partitions; p++) {
      String name = ChildNames.partition(cluster, p);
      Map<String, String> selector = Labels.selector(cluster, p);
      routes.add(
          route(cluster, asked, name, selector, ChildNames.partitionPath(asked.path(), p), name));
    }
    String name = ChildNames.httpRoute(cluster);
    String service = ChildNames.clientService(cluster);
    routes.add(route(cluster, asked, name, Labels.selector(cluster), asked.path(), service));
    return routes;
  }

  private static GenericKubernetesResource route(
      ChatCluster cluster,
      ListenerSpec.HttpRoute asked,
      String name,
      Map<String, String> selector,
      String path,
      String service) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("parentRefs", asked.parentRefs().stream().map(HttpRoutes::parent).toList());
    if (!asked.hostnames().isEmpty()) spec.put("hostnames", asked.hostnames());
    // In an order that is the same in every process, or each would find another hash.
    Map<String, Object> match =
        Map.of("path", new TreeMap<>(Map.of("type", "PathPrefix", "value", path)));
    Map<String, Object> backend =
        new TreeMap<>(Map.of("name", service, "port", ChildNames.CLIENT_PORT));
    Map<String, Object> rule =
        new TreeMap<>(Map.of("matches", List.of(match), "backendRefs", List.of(backend)));
    spec.put("rules", List.of(rule));
    return SpecHash.stamp(
        new GenericKubernetesResourceBuilder()
            .withApiVersion(KIND.getGroup() + "/" + KIND.getVersion())
            .withKind(KIND.getKind())
            .withMetadata(Children.metadata(cluster, name, selector, Map.of()))
            .addToAdditionalProperties("spec", spec)
            .build());
  }

  private static Map<String, Object> parent(ListenerSpec.ParentRef asked) {
    Map<String, Object> parent = new LinkedHashMap<>();
    if (asked.group() != null) parent.put("group", asked.group());
    if (asked.kind() != null) parent.put("kind", asked.kind());
    if (asked.namespace() != null) parent.put("namespace", asked.namespace());
    parent.put("name", asked.name());
    if (asked.sectionName() != null) parent.put("sectionName", asked.sectionName());
    if (asked.port() != null) parent.put("port", asked.port());
    return parent;
  }
}
