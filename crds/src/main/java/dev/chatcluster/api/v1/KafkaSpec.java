package dev.chatcluster.api.v1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;

/** How operator and pods reach Kafka. */
@ApiObject
@ValidationRule(
    value = "!has(self.authentication) || self.authentication.type != 'tls' || has(self.tls)",
    message =
        "authentication of type tls needs spec.kafka.tls; {} trusts the authorities that the JVM knows")
@ValidationRule(
    value =
        "!has(self.config) || (!has(self.tls) && !has(self.authentication)) || self.config.all(k, !(k in ["
            + "'security.protocol', 'sasl.mechanism', 'sasl.jaas.config', 'ssl.key.password'])"
            + " && !k.startsWith('ssl.truststore.') && !k.startsWith('ssl.keystore.')"
            + " && !k.startsWith('sasl.oauthbearer.'))",
    message =
        "beside spec.kafka.tls or spec.kafka.authentication, config cannot have security.protocol, sasl.mechanism,"
            + " sasl.jaas.config, ssl.key.password, ssl.truststore.*, ssl.keystore.* or sasl.oauthbearer.*, which follow"
            + " from these")
public record KafkaSpec(
    @Required
        @Size(min = 1, max = 2048)
        @ValidationRule(
            value = "self.matches(r'" + BOOTSTRAP + "')",
            message =
                "must be host:port of one broker or more, separated by commas, without a scheme, for example"
                    + " kafka-0:9092,kafka-1:9092")
        @JsonPropertyDescription(
            "Kafka brokers to ask first: host:port, several separated by commas, reachable from the operator and from the"
                + " pods. May be changed, as long as they lead to the same Kafka cluster: its id is compared with"
                + " status.kafkaClusterId.")
        String bootstrapServers,
    @JsonPropertyDescription(
            "TLS to the brokers. When absent, none, unless config says so; {} trusts the authorities that the JVM knows.")
        KafkaTls tls,
    @JsonPropertyDescription(
            "Credentials, by type, in Strimzi's words. When absent, none, unless config has some.")
        KafkaAuthentication authentication,
    @ValidationRule(
            value = "'" + OWNED + "'.split(', ').all(k, !(k in self))",
            message = "set by the operator and the pods, and refused here: " + OWNED)
        @ValidationRule(
            value =
                "self.all(k, !k.matches(r'([.]class|[.]classes|[.]reporters|[.]providers|[.]providers[.].*)$'))",
            message =
                "properties that name classes are refused: they would load code into the operator")
        @ValidationRule(
            value = "self.all(k, !(k.startsWith('ssl.') && k.endsWith('.location')))",
            message =
                "ssl properties that name files are refused, since neither the operator nor the pods have the files: give"
                    + " certificates as text, with ssl.truststore.type PEM and ssl.truststore.certificates")
        @ValidationRule(
            value =
                "!('sasl.jaas.config' in self) || self['sasl.jaas.config'].matches(r'"
                    + LOGIN
                    + "')",
            message =
                "sasl.jaas.config must be one PlainLoginModule or ScramLoginModule of org.apache.kafka.common.security,"
                    + " required, with a ';' at its end")
        @Size(max = 64)
        @JsonPropertyDescription(
            "Further properties of Kafka's clients, for the operator's and the pods', for example client.rack."
                + " Numbers and booleans are written in quotes. At most 64. Properties on which order or delivery rest,"
                + " that load code or that read files are refused. Everybody who may read the ChatCluster reads what"
                + " stands here: credentials belong into authentication.")
        Map<String, @Size(max = 4096) String> config) {
  /** The properties that cannot be given, since order or delivery rests on them. */
  static final String OWNED =
      "acks, allow.auto.create.topics, auto.offset.reset, bootstrap.servers, client.id, delivery.timeout.ms,"
          + " enable.auto.commit, enable.idempotence, group.id, group.instance.id, group.protocol, interceptor.classes,"
          + " isolation.level, key.deserializer, key.serializer, max.block.ms, max.in.flight.requests.per.connection,"
          + " partitioner.class, retries, transaction.timeout.ms, transactional.id, value.deserializer,"
          + " value.serializer";

  private static final String LOGIN =
      "(?s)^\\s*org[.]apache[.]kafka[.]common[.]security[.](plain[.]PlainLoginModule|scram[.]ScramLoginModule)"
          + "\\s+required\\b[^;]*;\\s*$";

  private static final String PORT =
      "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";

  private static final String HOST_PORT = "([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+\\]):" + PORT;

  private static final String BOOTSTRAP = "^" + HOST_PORT + "(, *" + HOST_PORT + ")*$";

  /** Puts the default in place of each missing field. */
  public KafkaSpec {
    config = Sorted.byKey(config);
  }
}
