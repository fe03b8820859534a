package dev.chatcluster.operator.spec;

import dev.chatcluster.access.ClientProperties;
import dev.chatcluster.api.v1.KafkaSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What may stand in {@code spec.kafka}: the operator acts on it with its own rights. */
final class KafkaRules {
  /** Order or delivery rests on these; the CRD and the pods refuse the same. */
  static final Set<String> OWNED =
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

  private static final Pattern BROKER =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+\\]):([1-9][0-9]{0,4})");

  /**
   * Would let a ChatCluster run code of its choice in the operator, or read the operator's files.
   */
  private static final Pattern FOREIGN_CODE =
      Pattern.compile(".*(\\.class|\\.classes|\\.reporters|\\.providers|\\.providers\\..*)");

  private static final Pattern LOGIN_MODULE =
      Pattern.compile(
          "\\s*org\\.apache\\.kafka\\.common\\.security\\.(plain\\.PlainLoginModule"
              + "|scram\\.ScramLoginModule)\\s+required\\b[^;]*;\\s*",
          Pattern.DOTALL);

  private KafkaRules() {}

  static List<String> problems(KafkaSpec kafka) {
    List<String> problems = new ArrayList<>();
    brokers(kafka.bootstrapServers(), problems);
    SecurityRules.of(kafka, problems);
    for (Map.Entry<String, String> entry : kafka.config().entrySet()) {
      String key = entry.getKey();
      String field = "spec.kafka.config " + key;
      if (OWNED.contains(key)) {
        problems.add(field + " cannot be given: the operator and the pods set it themselves");
      } else if (FOREIGN_CODE.matcher(key).matches()) {
        problems.add(field + " cannot be given: it would load code into the operator");
      } else if (key.startsWith("ssl.") && key.endsWith(".location")) {
        problems.add(
            field
                + " cannot be given: neither the operator nor the pods have such a file; give the"
                + " certificates as text with ssl.truststore.type PEM and"
                + " ssl.truststore.certificates");
      } else if (key.equals("sasl.jaas.config")
          && !LOGIN_MODULE.matcher(entry.getValue()).matches()) {
        problems.add(
            field
                + " must be one PlainLoginModule or ScramLoginModule of"
                + " org.apache.kafka.common.security, required, with a ';' at its end");
      } else {
        ClientProperties.problem(key, entry.getValue())
            .ifPresent(wrong -> problems.add(field + " " + wrong));
      }
    }
    return problems;
  }

  private static void brokers(String given, List<String> problems) {
    if (given == null || given.isBlank()) {
      problems.add("spec.kafka.bootstrapServers is missing: give host:port of one or more brokers");
      return;
    }
    for (String broker : given.split(",", -1)) {
      var match = BROKER.matcher(broker.strip());
      if (!match.matches() || Integer.parseInt(match.group(2)) > 65535) {
        problems.add(
            "spec.kafka.bootstrapServers has \""
                + broker.strip()
                + "\": it must be host:port without a scheme, several separated by commas");
      }
    }
  }
}
