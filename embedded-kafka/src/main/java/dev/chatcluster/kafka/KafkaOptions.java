package dev.chatcluster.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an {@link EmbeddedKafka} is started with.
 *
 * @param port client port of the first node; 0 (the default) takes a free one, as every further
 *     node always does
 * @param host address the client listener binds to and the name it tells clients; default {@code
 *     127.0.0.1}
 * @param nodes number of nodes, each broker and controller, 1 or more; default 1
 * @param users names and passwords. Empty (the default): clients need none. Otherwise the client
 *     listener takes PLAIN and SCRAM-SHA-512; the users are written when a node's folder is first
 *     formatted
 * @param tls of the client listener. Empty (the default): none
 * @param properties broker properties that win over ours; default none
 */
public record KafkaOptions(
    int port,
    String host,
    int nodes,
    Map<String, String> users,
    Optional<Tls> tls,
    Map<String, String> properties) {

  public static final KafkaOptions DEFAULT =
      new KafkaOptions(0, "127.0.0.1", 1, Map.of(), Optional.empty(), Map.of());

  /**
   * TLS of the client listener, all in PEM.
   *
   * @param chain the broker's certificate
   * @param key its private key
   * @param clients the authority that must have signed each client's certificate; empty: clients
   *     need none
   */
  public record Tls(String chain, String key, Optional<String> clients) {}

  public KafkaOptions {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
    }
    if (nodes < 1) {
      throw new IllegalArgumentException("nodes " + nodes + " is less than 1");
    }
    users = Map.copyOf(users);
    properties = Map.copyOf(properties);
  }

  public KafkaOptions withPort(int port) {
    return new KafkaOptions(port, host, nodes, users, tls, properties);
  }

  public KafkaOptions withHost(String host) {
    return new KafkaOptions(port, host, nodes, users, tls, properties);
  }

  public KafkaOptions withNodes(int nodes) {
    return new KafkaOptions(port, host, nodes, users, tls, properties);
  }

  /** Adds a user, and with the first one makes the client listener ask for SASL. */
  public KafkaOptions withUser(String name, String password) {
    return new KafkaOptions(port, host, nodes, with(users, name, password), tls, properties);
  }

  /** Makes the client listener TLS. */
  public KafkaOptions withTls(Tls tls) {
    return new KafkaOptions(port, host, nodes, users, Optional.of(tls), properties);
  }

  /** Adds a broker property, for example {@code message.max.bytes}. */
  public KafkaOptions with(String property, String value) {
    return new KafkaOptions(port, host, nodes, users, tls, with(properties, property, value));
  }

  /**
   * Adds the authorizer: whoever has no ACL is refused, but for those who come over {@link
   * EmbeddedKafka#adminBootstrapServers()}.
   */
  public KafkaOptions withAcls() {
    return with("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
        .with("super.users", "User:ANONYMOUS");
  }

  private static Map<String, String> with(Map<String, String> map, String key, String value) {
    Map<String, String> copy = new HashMap<>(map);
    copy.put(key, value);
    return copy;
  }
}
