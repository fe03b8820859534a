package dev.chatcluster.operator.desired;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.RoomsSpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
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

  /** The Deployment and the Service of a partition. */
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
    return url(cluster, clientService(cluster));
  }

  /** Where clients of one partition's rooms may connect, with {@code {partition}} to fill in. */
  static String partitionUrl(ChatCluster cluster) {
    return url(cluster, cluster.getMetadata().getName() + "-partition-{partition}");
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
    return "ws://" + service + "." + namespace + ".svc:" + CLIENT_PORT;
  }
}
