package dev.chatcluster.kafka;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/** The properties of one node. */
final class BrokerProperties {
  private BrokerProperties() {}

  static Properties of(KafkaOptions options, NodeAddress self, List<NodeAddress> all, Path data) {
    Properties p = new Properties();
    p.put("process.roles", "broker,controller");
    p.put("node.id", String.valueOf(self.id()));
    p.put("log.dirs", data.toString());
    listeners(p, options, self, all);
    copies(p, Math.min(3, all.size()));
    small(p);
    fastRestart(p, all.size());
    p.putAll(options.properties());
    return p;
  }

  private static void listeners(
      Properties p, KafkaOptions options, NodeAddress self, List<NodeAddress> all) {
    String client = "CLIENT://" + options.host() + ":" + self.client();
    String admin = "ADMIN://127.0.0.1:" + self.admin();
    p.put("listeners", client + "," + admin + ",CONTROLLER://127.0.0.1:" + self.controller());
    p.put("advertised.listeners", client + "," + admin);
    p.put("inter.broker.listener.name", "ADMIN");
    p.put("controller.listener.names", "CONTROLLER");
    p.put(
        "controller.quorum.voters",
        all.stream()
            .map(n -> n.id() + "@127.0.0.1:" + n.controller())
            .collect(Collectors.joining(",")));
    boolean sasl = !options.users().isEmpty();
    p.put(
        "listener.security.protocol.map",
        "CLIENT:"
            + (sasl ? "SASL_" : "")
            + (options.tls().isPresent() ? "SSL" : "PLAINTEXT")
            + ",ADMIN:PLAINTEXT,CONTROLLER:PLAINTEXT");
    options.tls().ifPresent(tls -> tls(p, tls));
    if (sasl) {
      p.put("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512");
      p.put("listener.name.client.plain.sasl.jaas.config", plainUsers(options.users()));
      p.put(
          "listener.name.client.scram-sha-512.sasl.jaas.config",
          "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    }
  }

  private static void tls(Properties p, KafkaOptions.Tls tls) {
    String prefix = "listener.name.client.ssl.";
    p.put(prefix + "keystore.type", "PEM");
    p.put(prefix + "keystore.certificate.chain", tls.chain());
    p.put(prefix + "keystore.key", tls.key());
    tls.clients()
        .ifPresent(
            authority -> {
              p.put(prefix + "client.auth", "required");
              p.put(prefix + "truststore.type", "PEM");
              p.put(prefix + "truststore.certificates", authority);
            });
  }

  private static String plainUsers(Map<String, String> users) {
    return users.entrySet().stream()
        .map(u -> " user_" + u.getKey() + "=\"" + u.getValue() + "\"")
        .collect(
            Collectors.joining(
                "", "org.apache.kafka.common.security.plain.PlainLoginModule required", ";"));
  }

  private static void copies(Properties p, int copies) {
    String replicas = String.valueOf(copies);
    String inSync = String.valueOf(copies > 1 ? copies - 1 : 1);
    p.put("offsets.topic.replication.factor", replicas);
    p.put("transaction.state.log.replication.factor", replicas);
    p.put("transaction.state.log.min.isr", inSync);
    p.put("share.coordinator.state.topic.replication.factor", replicas);
    p.put("share.coordinator.state.topic.min.isr", inSync);
  }

  private static void small(Properties p) {
    p.put("offsets.topic.num.partitions", "4");
    p.put("transaction.state.log.num.partitions", "4");
    p.put("share.coordinator.state.topic.num.partitions", "1");
    p.put("log.cleaner.dedupe.buffer.size", String.valueOf(2 * 1024 * 1024 + 4096));
    p.put("num.network.threads", "2");
    p.put("num.io.threads", "2");
    p.put("background.threads", "2");
    p.put("auto.create.topics.enable", "false");
    p.put("group.initial.rebalance.delay.ms", "0");
  }

  private static void fastRestart(Properties p, int nodes) {
    // A killed node's registration stands until its session ends: at the default this costs 12 s.
    p.put("broker.session.timeout.ms", "1500");
    p.put("broker.heartbeat.interval.ms", "300");
    // The last of several nodes would wait minutes for a majority that is gone.
    p.put("controlled.shutdown.enable", String.valueOf(nodes == 1));
  }
}
