package dev.chatcluster.operator.access;

import dev.chatcluster.access.KafkaSecurity;
import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.KafkaSpec;
import dev.chatcluster.operator.apply.NotApplied;
import dev.chatcluster.operator.status.Trouble;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads the Secrets that ChatClusters name: each by its name, whenever it is asked, and keeps none.
 * So the operator needs no right to list or watch Secrets, and sees no other.
 */
public final class Secrets {
  private final KubernetesClient client;

  /** Reads with that client. */
  public Secrets(KubernetesClient client) {
    this.client = client;
  }

  /** Whether {@code cluster} names any. */
  public static boolean areNamed(ChatCluster cluster) {
    return cluster.getSpec() != null
        && cluster.getSpec().kafka() != null
        && !Want.of(cluster.getSpec().kafka()).isEmpty();
  }

  /** How the Kafka of {@code cluster}, whose spec is valid, is reached as of now. */
  public Access access(ChatCluster cluster) {
    KafkaSpec kafka = cluster.getSpec().kafka();
    Map<String, Map<String, String>> found = new HashMap<>();
    List<Trouble> refused = new ArrayList<>();
    Set<String> names =
        Want.of(kafka).stream().map(Want::secret).collect(Collectors.toCollection(TreeSet::new));
    for (String name : names) {
      try {
        Secret secret =
            client.secrets().inNamespace(cluster.getMetadata().getNamespace()).withName(name).get();
        if (secret != null) found.put(name, texts(secret));
      } catch (KubernetesClientException e) {
        refused.add(NotApplied.refused("Secret/" + name, null, e).trouble());
      }
    }
    if (!refused.isEmpty()) return new Access.Unusable(refused);
    return AccessRules.of(kafka, found, tokenEndpoints(), cluster.getMetadata().getUid());
  }

  private static Map<String, String> texts(Secret secret) {
    Map<String, String> texts = new TreeMap<>();
    if (secret.getData() == null) return texts;
    secret
        .getData()
        .forEach(
            (key, value) ->
                texts.put(
                    key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
    return texts;
  }

  /** Those that Kafka's clients in this process may ask. */
  private static Set<String> tokenEndpoints() {
    return Set.copyOf(
        List.of(System.getProperty(KafkaSecurity.ALLOWED_TOKEN_ENDPOINTS, "").split(",")));
  }
}
