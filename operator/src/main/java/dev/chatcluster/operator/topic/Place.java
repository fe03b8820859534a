package dev.chatcluster.operator.topic;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.roomlog.epoch.Owner;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Where an operator is, and what it sees there.
 *
 * @param keys tell its Kubernetes cluster from others; empty when that is not known
 * @param namespaces whose ChatClusters it sees; the empty name: all
 */
public record Place(Set<String> keys, Set<String> namespaces) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ENOUGH_BYTES = 8;

  /** After which keys may have come. Each is there for hours beside the former one, or days. */
  private static final Duration KEYS_LAST = Duration.ofMinutes(10);

  /** What makes a public key the one that it is. */
  private static final List<String> OF_A_KEY = List.of("crv", "e", "kty", "n", "x", "y");

  /**
   * The place that a client is connected to. A cluster is known by the keys that its API signs the
   * tokens of service accounts with: no two clusters share one, and any service account may ask for
   * them. They are asked for until they are known, and now and then after that, since they are
   * replaced; the namespaces each time.
   */
  public static Supplier<Place> of(
      KubernetesClient client, Supplier<Set<String>> namespaces, InstantSource clock) {
    return new Supplier<>() {
      private Set<String> known = Set.of();
      private Instant looked;

      @Override
      public synchronized Place get() {
        Instant now = clock.instant();
        if (known.isEmpty() || now.isAfter(looked.plus(KEYS_LAST))) {
          Set<String> seen = keys(jwks(client));
          looked = now;
          // Those that cannot be seen just now are what they were.
          if (!seen.isEmpty()) known = seen;
        }
        return new Place(known, namespaces.get());
      }
    };
  }

  private static String jwks(KubernetesClient client) {
    try {
      String keys = client.raw("/openid/v1/jwks");
      return keys == null ? "" : keys;
    } catch (KubernetesClientException e) {
      return "";
    }
  }

  /** Of each key, by itself, since they are replaced one after another. */
  static Set<String> keys(String jwks) {
    Set<String> keys = new TreeSet<>();
    try {
      for (JsonNode key : JSON.readTree(jwks).path("keys")) {
        if (key.has("kty")) keys.add(fingerprint(key));
      }
    } catch (JacksonException notKeys) {
      return Set.of();
    }
    return keys;
  }

  private static String fingerprint(JsonNode key) {
    StringBuilder all = new StringBuilder();
    for (String part : OF_A_KEY) all.append(key.path(part).asText()).append(' ');
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(all.toString().getBytes(UTF_8));
      return HexFormat.of().formatHex(Arrays.copyOf(hash, ENOUGH_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the control topic says when a log belongs to {@code cluster}. */
  Owner owner(ChatCluster cluster) {
    var metadata = cluster.getMetadata();
    String kubernetes = String.join(",", new TreeSet<>(keys));
    return new Owner(metadata.getUid(), metadata.getNamespace(), metadata.getName(), kubernetes);
  }

  /** The same with only what is also seen from {@code later}. */
  Place and(Place later) {
    Set<String> both = new HashSet<>(namespaces);
    both.retainAll(later.namespaces);
    return new Place(later.keys, Set.copyOf(both));
  }

  /** Whether an owner that exists would be seen here, as far as that is known. */
  boolean sees(Owner owner) {
    return recorded(owner).stream().anyMatch(keys::contains)
        && (namespaces.contains("") || namespaces.contains(owner.namespace()));
  }

  /** Whether there are keys by now that the record of an owner from here does not know. */
  boolean outdates(Owner owner) {
    return !recorded(owner).containsAll(keys);
  }

  private static List<String> recorded(Owner owner) {
    return Arrays.asList(owner.kubernetes().split(","));
  }
}
