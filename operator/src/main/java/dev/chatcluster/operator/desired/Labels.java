package dev.chatcluster.operator.desired;

import dev.chatcluster.api.v1.ChatCluster;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The labels and annotations of children. */
public final class Labels {
  public static final String NAME = "app.kubernetes.io/name";
  public static final String INSTANCE = "app.kubernetes.io/instance";
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  public static final String CLUSTER = "chatcluster.dev/cluster";
  public static final String PARTITION = "chatcluster.dev/partition";

  /** Hash of the object as it was wanted, so that what is wanted no longer is seen as well. */
  public static final String SPEC_HASH = "chatcluster.dev/spec-hash";

  /** The same of a pod template, on the template. */
  public static final String TEMPLATE_HASH = "chatcluster.dev/template-hash";

  /** Names of the labels and annotations that came from the spec. */
  public static final String FROM_TEMPLATE = "chatcluster.dev/from-template";

  /** {@code spec.rooms.source} with which the partition is served. */
  public static final String ROOMS_SOURCE = "chatcluster.dev/rooms-source";

  /** {@code spec.consumer.restartNonce}, on the pod template. */
  public static final String RESTART_NONCE = "chatcluster.dev/restart-nonce";

  /** On the client Service: that there are HTTPRoutes, which nobody watches. */
  public static final String HTTP_ROUTES = "chatcluster.dev/http-routes";

  /** Of what the Secrets hold that the pods were started with, on the pod template. */
  public static final String SECRETS_HASH = "chatcluster.dev/secrets-hash";

  /** What the operator's informers ask for; nobody else's objects reach its memory. */
  public static final String INFORMER_SELECTOR = MANAGED_BY + "=chat-operator";

  private Labels() {}

  /** The selector of all pods of a ChatCluster. */
  public static Map<String, String> selector(ChatCluster cluster) {
    return new TreeMap<>(Map.of(NAME, "chat-consumer", CLUSTER, cluster.getMetadata().getName()));
  }

  /** The selector of a partition's pods. */
  public static Map<String, String> selector(ChatCluster cluster, int partition) {
    Map<String, String> labels = selector(cluster);
    labels.put(PARTITION, Integer.toString(partition));
    return labels;
  }

  /** The same selector as kubectl takes it. */
  public static String selectorText(ChatCluster cluster) {
    return NAME + "=chat-consumer," + CLUSTER + "=" + cluster.getMetadata().getName();
  }

  /** All labels of a child with that selector. */
  static Map<String, String> of(ChatCluster cluster, Map<String, String> selector) {
    Map<String, String> labels = new TreeMap<>(cluster.getSpec().template().labels());
    labels.put(INSTANCE, cluster.getMetadata().getName());
    labels.put(MANAGED_BY, "chat-operator");
    labels.putAll(selector);
    return labels;
  }

  /** The annotations of a child: those of every one, and further ones, which win. */
  static Map<String, String> annotations(ChatCluster cluster, Map<String, String> further) {
    Map<String, String> annotations = new TreeMap<>(cluster.getSpec().template().annotations());
    annotations.putAll(further);
    // That of the rooms' source never goes, and is no reason to write all children anew.
    String fromTemplate =
        String.join(",", new TreeMap<>(cluster.getSpec().template().labels()).keySet())
            + ";"
            + annotations.keySet().stream()
                .filter(key -> !key.equals(ROOMS_SOURCE))
                .collect(Collectors.joining(","));
    if (!fromTemplate.equals(";")) annotations.put(FROM_TEMPLATE, fromTemplate);
    return annotations;
  }

  /** Whether a label or annotation is the operator's own. */
  static boolean own(String key) {
    return key.startsWith("chatcluster.dev/") || Set.of(NAME, INSTANCE, MANAGED_BY).contains(key);
  }
}
