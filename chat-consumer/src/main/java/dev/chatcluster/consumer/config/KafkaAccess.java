package dev.chatcluster.consumer.config;

import dev.chatcluster.access.KafkaSecurity;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How Kafka is reached, for all clients of this process.
 *
 * @param bootstrapServers {@code host:port} pairs, comma-separated
 * @param further client properties as the user gave them; may hold secrets, so never printed
 * @param security TLS and credentials; their properties win over the further ones
 */
public record KafkaAccess(
    String bootstrapServers, Map<String, String> further, KafkaSecurity security) {
  /** Those on which order, exactness or the pod's own work rest. */
  private static final Set<String> OURS =
      Set.of(
          "acks",
          "allow.auto.create.topics",
          "auto.offset.reset",
          "bootstrap.servers",
          "client.id",
          "delivery.timeout.ms",
          "enable.auto.commit",
          "enable.idempotence",
          "group.id",
          "group.instance.id",
          "group.protocol",
          "interceptor.classes",
          "isolation.level",
          "key.deserializer",
          "key.serializer",
          "max.block.ms",
          "max.in.flight.requests.per.connection",
          "partitioner.class",
          "retries",
          "transaction.timeout.ms",
          "transactional.id",
          "value.deserializer",
          "value.serializer");

  public KafkaAccess {
    further = Map.copyOf(further);
  }

  /** Those of {@code names} that the user may not set, in order. */
  static Set<String> refused(Set<String> names) {
    Set<String> refused = new TreeSet<>(names);
    refused.retainAll(OURS);
    return refused;
  }

  /**
   * The properties of one client.
   *
   * @param clientId as it shows in the broker's logs and quotas
   * @param defaults of this kind of client; the user's properties win over them
   * @param required of this kind of client; they win over all
   */
  public Map<String, Object> client(
      String clientId, Map<String, Object> defaults, Map<String, Object> required) {
    Map<String, Object> all = new HashMap<>();
    all.put("reconnect.backoff.max.ms", 1000);
    all.put("retry.backoff.max.ms", 1000);
    all.put("enable.metrics.push", false);
    all.putAll(defaults);
    all.putAll(security.over(further));
    all.putAll(required);
    all.put("bootstrap.servers", bootstrapServers);
    all.put("client.id", clientId);
    return all;
  }

  /**
   * The properties of an Admin. Kafka makes none, unlike other clients, whose calls may take less
   * time than one request: users who give that more time give it to the call.
   *
   * @param defaults as for {@link #client}; both times are among them
   */
  public Map<String, Object> admin(String clientId, Map<String, Object> defaults) {
    Map<String, Object> all = client(clientId, defaults, Map.of());
    if (millis(all, "request.timeout.ms") > millis(all, "default.api.timeout.ms")) {
      all.put("default.api.timeout.ms", all.get("request.timeout.ms"));
    }
    return all;
  }

  private static int millis(Map<String, Object> all, String name) {
    return Integer.parseInt(all.get(name).toString().strip());
  }

  @Override
  public String toString() {
    return "KafkaAccess[bootstrapServers="
        + bootstrapServers
        + ", further="
        + new TreeSet<>(further.keySet())
        + ", security="
        + security
        + "]";
  }
}
