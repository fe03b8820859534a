package dev.chatcluster.operator.desired;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ListenerSpec;
import dev.chatcluster.api.v1.RoomsSpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;
import java.util.OptionalInt;

/** What children, pods and clients call things, as it follows from a ChatCluster. */
public final class ChildNames {
  /** Port on which pods and Services take clients. */
  public static final int CLIENT_PORT = 8080;

  /** Port of a pod's health and metrics; no Service leads to it. */
  public static final int MANAGEMENT_PORT = 8081;

  private ChildNames() {}

  /** The data topic. */
  public static String topic(ChatCluster cluster) {
    String named = cluster.getSpec().topic().name();
    return named == null ? cluster.getMetadata().getName() : named;
  }

  /** The Service over all pods. */
  public static String clientService(ChatCluster cluster) {
    return cluster.getMetadata().getName() + "-clients";
  }

  /** What holds evictions to the budget. */
  static String budget(ChatCluster cluster) {
    return cluster.getMetadata().getName() + "-pods";
  }

  /** The way in from outside, through an Ingress controller. */
  public static String ingress(ChatCluster cluster) {
    return clientService(cluster);
  }

  /** The way in from outside to any pod, through a Gateway. */
  static String httpRoute(ChatCluster cluster) {
    return clientService(cluster);
  }

  /** The Deployment, the Service and the HTTPRoute of a partition. */
  public static String partition(ChatCluster cluster, int partition) {
    return cluster.getMetadata().getName() + "-partition-" + partition;
  }

  /** The partition whose child bears that name; empty for others. */
  public static OptionalInt partitionOf(ChatCluster cluster, HasMetadata child) {
    String prefix = cluster.getMetadata().getName() + "-partition-";
    String name = child.getMetadata().getName();
    if (!name.startsWith(prefix)) return OptionalInt.empty();
    String number = name.substring(prefix.length());
    return number.matches("0|[1-9][0-9]{0,5}")
        ? OptionalInt.of(Integer.parseInt(number))
        : OptionalInt.empty();
  }

  /** Where clients connect. */
  public static String url(ChatCluster cluster) {
    return outside(cluster).orElse(url(cluster, clientService(cluster)));
  }

  /** Where clients of one partition's rooms may connect, with {@code {partition}} to fill in. */
  static String partitionUrl(ChatCluster cluster) {
    return outside(cluster)
        .map(url -> url + "/partitions/{partition}")
        .orElse(url(cluster, cluster.getMetadata().getName() + "-partition-{partition}"));
  }

  /** The path that leads from outside to a partition's pods. */
  static String partitionPath(String path, int partition) {
    return (path.equals("/") ? "" : path) + "/partitions/" + partition;
  }

  /** The path below which clients from outside find the pods. */
  static String path(ChatCluster cluster) {
    ListenerSpec listener = cluster.getSpec().listener();
    if (listener.ingress() != null) return listener.ingress().path();
    return listener.httpRoute() == null ? "/" : listener.httpRoute().path();
  }

  /**
   * The address that is said to lead to the pods from outside of Kubernetes; also of a spec that is
   * not valid, whose status has an address, too.
   */
  private static Optional<String> outside(ChatCluster cluster) {
    if (cluster.getSpec() == null) return Optional.empty();
    ListenerSpec listener = cluster.getSpec().listener();
    if (listener.advertisedUrl() != null) return Optional.of(listener.advertisedUrl());
    String path = path(cluster).equals("/") ? "" : path(cluster);
    if (listener.ingress() != null && listener.ingress().host() != null) {
      String scheme = listener.ingress().tlsSecretName() == null ? "ws://" : "wss://";
      return Optional.of(scheme + listener.ingress().host() + path);
    }
    if (listener.httpRoute() == null) return Optional.empty();
    return listener.httpRoute().hostnames().stream()
        .filter(host -> !host.startsWith("*"))
        .findFirst()
        .map(host -> "wss://" + host + path);
  }

  /** The rooms' source as a pod reads it: {@code Key}, {@code Header:<name>}, {@code Json:…}. */
  public static String roomsSource(RoomsSpec.Source source) {
    return switch (source.type()) {
      case "Header" -> "Header:" + source.name();
      case "Json" -> "Json:" + source.pointer();
      default -> source.type();
    };
  }

  private static String url(ChatCluster cluster, String service) {
    String namespace = cluster.getMetadata().getNamespace();
    boolean tls = cluster.getSpec() != null && cluster.getSpec().listener().tls() != null;
    return (tls ? "wss://" : "ws://") + service + "." + namespace + ".svc:" + CLIENT_PORT;
  }
}
