package dev.chatcluster.api.v1;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/** Right and wrong ChatClusters, each a small one with what is written here on top. */
final class Specs {
  private static final String PLAIN =
      """
      {kafka: {config: {security.protocol: SASL_PLAINTEXT, sasl.mechanism: PLAIN, sasl.jaas.config:
        'org.apache.kafka.common.security.plain.PlainLoginModule required username="a" password="b";'}}}
      """;
  private static final String SCRAM =
      """
      {kafka: {config: {security.protocol: SASL_SSL, sasl.mechanism: SCRAM-SHA-512, sasl.jaas.config: "
        org.apache.kafka.common.security.scram.ScramLoginModule required\\n username=\\"a\\" password=\\"b\\"; "}}}
      """;

  private Specs() {}

  /** A spec in YAML, and for a wrong one the field that is named and what is said of it. */
  record Case(String metadataName, String spec, String path, String message) {
    @Override
    public String toString() {
      return metadataName.equals("chat") ? spec : "metadata.name " + metadataName;
    }
  }

  /** Two versions of a spec; without a message, the change is allowed. */
  record Change(String before, String after, String message) {
    @Override
    public String toString() {
      return before + " -> " + after;
    }
  }

  static JsonNode chat(String name, String spec) {
    try {
      var chat =
          Definition.YAML.readTree(
              """
              apiVersion: chatcluster.dev/v1
              kind: ChatCluster
              metadata: {name: "%s", namespace: default}
              spec: {partitions: 3, kafka: {bootstrapServers: "kafka:9092"}}
              """
                  .formatted(name));
      Definition.YAML.readerForUpdating(chat.get("spec")).readValue(spec);
      return chat;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Case> allowed() {
    var names =
        Stream.of("a", "studyhub", "a-1", "a".repeat(40)).map(n -> new Case(n, "{}", null, null));
    var specs =
        Stream.of(
                "{partitions: 1}",
                "{partitions: 1000}",
                "{paused: true}",
                "{kafka: {bootstrapServers: 'a.b-c_d:9092,10.0.0.1:9093, [2001:db8::1]:9094'}}",
                "{kafka: {config: {security.protocol: SASL_SSL}}}",
                "{kafka: {config: {ssl.truststore.type: PEM, ssl.truststore.certificates: 'a\\nb'}}}",
                PLAIN,
                SCRAM,
                "{topic: {name: A.b_c-1}}",
                "{topic: {name: %s}}".formatted("t".repeat(240)),
                "{topic: {replicas: 1}}",
                "{topic: {replicas: 100}}",
                "{topic: {config: {retention.ms: '1000', cleanup.policy: delete}}}",
                "{topic: {deletionPolicy: Delete}}",
                "{rooms: {source: {type: Key}}}",
                "{rooms: {source: {type: Header, name: room}}}",
                "{rooms: {source: {type: Json, pointer: /roomId}}}",
                "{rooms: {source: {type: Json, pointer: /a~1b/0/~0}}}",
                "{rooms: {partitioning: Modulo}}",
                "{rooms: {partitioning: Jump}}",
                "{rescale: {producerRefresh: 0s}}",
                "{rescale: {producerRefresh: 1h5m30s}}",
                "{rooms: {history: {messages: 0, bytes: 0}}}",
                "{rooms: {history: {messages: 10000, bytes: 64Mi}}}",
                "{rooms: {history: {bytes: 67108864}}}",
                "{consumer: {replicasPerPartition: 5}}",
                "{consumer: {image: 'registry:5000/chat@sha256:0'}}",
                "{consumer: {imagePullPolicy: Never}}",
                "{consumer: {resources: {requests: {cpu: 100m, memory: 192Mi}, limits: {memory: 256Mi, cpu: 2}}}}",
                "{consumer: {resources: {requests: {cpu: 1, memory: 256Mi}, limits: {memory: 256Mi, cpu: 1000m}}}}",
                "{consumer: {drainSeconds: 0}}",
                "{consumer: {drainSeconds: 3600}}",
                "{consumer: {restartNonce: 1767225600000}}",
                "{consumer: {logging: {level: DEBUG, format: Json}}}",
                "{template: {labels: {team: chat, example.com/a: ''}, annotations: {example.com/b: 'any text'}}}",
                "{listener: {allowedOrigins: ['https://chat.example.com', 'http://localhost:3000']}}",
                "{listener: {service: {type: LoadBalancer, annotations: {a: b}}}}",
                "{listener: {service: {type: NodePort}}}",
                "{listener: {limits: {messageBytes: 1Ki, slowClientBytes: 64Ki}}}",
                "{listener: {limits: {messageBytes: 64Mi, slowClientBytes: 1Gi}}}")
            .map(s -> new Case("chat", s, null, null));
    return Stream.concat(names, specs);
  }

  static Stream<Case> refused() {
    String name = "metadata.name must begin with a letter";
    String source = "must be given with type";
    return Stream.of(
        new Case("1chat", "{}", "", name),
        new Case("a.b", "{}", "", name),
        new Case("a".repeat(41), "{}", "", name),
        refused("{partitions: 0}", "spec.partitions", "greater than or equal to 1"),
        refused("{partitions: -1}", "spec.partitions", "greater than or equal to 1"),
        refused("{partitions: 1001}", "spec.partitions", "less than or equal to 1000"),
        refused("{partitions: three}", "spec.partitions", "must be of type integer"),
        refused("{partitions: null}", "spec.partitions", "Required value"),
        refused("{kafka: null}", "spec.kafka", "Required value"),
        refused(
            "{kafka: {bootstrapServers: null}}", "spec.kafka.bootstrapServers", "Required value"),
        refused(
            "{kafka: {bootstrapServers: ''}}", "spec.kafka.bootstrapServers", "at least 1 chars"),
        refused(
            "{kafka: {bootstrapServers: kafka}}", "spec.kafka.bootstrapServers", "should match"),
        refused(
            "{kafka: {bootstrapServers: 'a:1;b:2'}}",
            "spec.kafka.bootstrapServers",
            "should match"),
        refused(
            "{kafka: {config: {group.id: mine}}}",
            "spec.kafka.config",
            "set by the operator and the pods"),
        refused(
            "{kafka: {config: {acks: '1'}}}",
            "spec.kafka.config",
            "set by the operator and the pods"),
        refused(
            "{kafka: {config: {batch.size: 1}}}",
            "spec.kafka.config.batch.size",
            "must be of type string"),
        refused("{kafka: {config: {sasl.login.class: A}}}", "spec.kafka.config", "load code"),
        refused("{kafka: {config: {metric.reporters: A}}}", "spec.kafka.config", "load code"),
        refused(
            "{kafka: {config: {config.providers.a.class: A}}}", "spec.kafka.config", "load code"),
        refused(
            "{kafka: {config: {ssl.truststore.location: /etc}}}",
            "spec.kafka.config",
            "certificates as text"),
        refused(
            "{kafka: {config: {sasl.jaas.config: 'a.B required;'}}}",
            "spec.kafka.config",
            "sasl.jaas.config must"),
        refused("{topic: {name: 'a b'}}", "spec.topic.name", "should match"),
        refused("{topic: {name: ''}}", "spec.topic.name", "at least 1 chars"),
        refused("{topic: {name: a.control}}", "spec.topic.name", "control topic of another"),
        refused("{topic: {name: ..}}", "spec.topic.name", "cannot be named '.' or '..'"),
        refused("{topic: {name: %s}}".formatted("t".repeat(241)), "spec.topic.name", "Too long"),
        refused("{topic: {replicas: 0}}", "spec.topic.replicas", "greater than or equal to 1"),
        refused("{topic: {replicas: 101}}", "spec.topic.replicas", "less than or equal to 100"),
        refused(
            "{topic: {config: {cleanup.policy: compact}}}",
            "spec.topic.config",
            "cleanup.policy must be delete"),
        refused(
            "{topic: {config: {cleanup.policy: 'compact,delete'}}}",
            "spec.topic.config",
            "must be delete"),
        refused(
            "{topic: {deletionPolicy: Forget}}",
            "spec.topic.deletionPolicy",
            "\"Retain\", \"Delete\""),
        refused(
            "{rooms: {source: {type: Body}}}",
            "spec.rooms.source.type",
            "\"Key\", \"Header\", \"Json\""),
        refused("{rooms: {source: {name: room}}}", "spec.rooms.source", source),
        refused("{rooms: {source: {type: Header}}}", "spec.rooms.source", source),
        refused("{rooms: {source: {type: Json}}}", "spec.rooms.source", source),
        refused(
            "{rooms: {source: {type: Json, name: a, pointer: /a}}}", "spec.rooms.source", source),
        refused(
            "{rooms: {source: {type: Header, name: a, pointer: /a}}}", "spec.rooms.source", source),
        refused(
            "{rooms: {source: {type: Header, name: chat-fwd}}}",
            "spec.rooms.source.name",
            "begin with chat-"),
        refused(
            "{rooms: {source: {type: Header, name: 'a b'}}}",
            "spec.rooms.source.name",
            "should match"),
        refused(
            "{rooms: {source: {type: Json, pointer: roomId}}}",
            "spec.rooms.source.pointer",
            "should match"),
        refused(
            "{rooms: {source: {type: Json, pointer: /a~2}}}",
            "spec.rooms.source.pointer",
            "should match"),
        refused(
            "{rescale: {producerRefresh: '30'}}", "spec.rescale.producerRefresh", "should match"),
        refused(
            "{rescale: {producerRefresh: 25h}}",
            "spec.rescale.producerRefresh",
            "must be at most 24h"),
        refused(
            "{rooms: {partitioning: Random}}",
            "spec.rooms.partitioning",
            "\"KafkaDefault\", \"Modulo\", \"Jump\""),
        refused(
            "{rooms: {history: {messages: -1}}}",
            "spec.rooms.history.messages",
            "greater than or equal to 0"),
        refused(
            "{rooms: {history: {messages: 10001}}}",
            "spec.rooms.history.messages",
            "less than or equal to 10000"),
        refused("{rooms: {history: {bytes: 65Mi}}}", "spec.rooms.history.bytes", "from 0 to 64Mi"),
        refused(
            "{rooms: {history: {bytes: 67108865}}}", "spec.rooms.history.bytes", "from 0 to 64Mi"),
        refused("{rooms: {history: {bytes: -1}}}", "spec.rooms.history.bytes", "from 0 to 64Mi"),
        refused("{rooms: {history: {bytes: 1MB}}}", "spec.rooms.history.bytes", "should match"),
        refused(
            "{consumer: {replicasPerPartition: 0}}",
            "spec.consumer.replicasPerPartition",
            "or equal to 1"),
        refused(
            "{consumer: {replicasPerPartition: 6}}",
            "spec.consumer.replicasPerPartition",
            "or equal to 5"),
        refused("{consumer: {image: 'a b'}}", "spec.consumer.image", "should match"),
        refused(
            "{consumer: {imagePullPolicy: Sometimes}}",
            "spec.consumer.imagePullPolicy",
            "\"IfNotPresent\""),
        refused(
            "{consumer: {resources: {limits: {memory: 1Zi}}}}",
            "spec.consumer.resources.limits.memory",
            "match"),
        refused(
            "{consumer: {resources: {requests: {memory: 1Gi}, limits: {memory: 512Mi}}}}",
            "spec.consumer.resources",
            "a request cannot be greater than the limit"),
        refused(
            "{consumer: {drainSeconds: -1}}",
            "spec.consumer.drainSeconds",
            "greater than or equal to 0"),
        refused(
            "{consumer: {drainSeconds: 3601}}",
            "spec.consumer.drainSeconds",
            "less than or equal to 3600"),
        refused("{consumer: {logging: {level: LOUD}}}", "spec.consumer.logging.level", "\"INFO\""),
        refused(
            "{consumer: {logging: {format: Xml}}}",
            "spec.consumer.logging.format",
            "\"Text\", \"Json\""),
        refused("{template: {labels: {a: 'b c'}}}", "spec.template.labels.a", "should match"),
        refused(
            "{template: {labels: {chatcluster.dev/partition: '1'}}}",
            "spec.template.labels",
            "set by the operator"),
        refused(
            "{template: {labels: {app.kubernetes.io/name: a}}}",
            "spec.template.labels",
            "set by the operator"),
        refused(
            "{template: {annotations: {chatcluster.dev/a: b}}}",
            "spec.template.annotations",
            "set by the operator"),
        refused(
            "{listener: {allowedOrigins: []}}", "spec.listener.allowedOrigins", "at least 1 items"),
        refused(
            "{listener: {allowedOrigins: ['a, b']}}",
            "spec.listener.allowedOrigins[0]",
            "should match"),
        refused(
            "{listener: {allowedOrigins: ['http://a/b']}}",
            "spec.listener.allowedOrigins[0]",
            "should match"),
        refused(
            "{listener: {allowedOrigins: ['*', '*']}}",
            "spec.listener.allowedOrigins[1]",
            "Duplicate value"),
        refused(
            "{listener: {service: {type: ExternalName}}}",
            "spec.listener.service.type",
            "\"LoadBalancer\""),
        refused(
            "{listener: {service: {annotations: {chatcluster.dev/a: b}}}}",
            "spec.listener.service.annotations",
            "set by the operator"),
        refused(
            "{listener: {limits: {messageBytes: 1023}}}",
            "spec.listener.limits.messageBytes",
            "1Ki to 64Mi"),
        refused(
            "{listener: {limits: {messageBytes: 65Mi}}}",
            "spec.listener.limits.messageBytes",
            "1Ki to 64Mi"),
        refused(
            "{listener: {limits: {slowClientBytes: 63Ki}}}",
            "spec.listener.limits.slowClientBytes",
            "64Ki to 1Gi"),
        refused(
            "{listener: {limits: {slowClientBytes: 2Gi}}}",
            "spec.listener.limits.slowClientBytes",
            "64Ki to 1Gi"));
  }

  private static Case refused(String spec, String path, String message) {
    return new Case("chat", spec, path, message);
  }

  static List<Change> changes() {
    String name = "spec.topic.name cannot be changed, added or removed";
    String source = "spec.rooms.source cannot be changed";
    String partitioning = "spec.rooms.partitioning cannot be changed";
    String header = "{rooms: {source: {type: Header, name: a}}}";
    return List.of(
        new Change("{topic: {name: a}}", "{topic: {name: b}}", name),
        new Change("{}", "{topic: {name: b}}", name),
        new Change("{topic: {name: a}}", "{}", name),
        new Change("{topic: {name: a}}", "{topic: null}", name),
        new Change("{topic: {name: a}}", "{topic: {name: a, deletionPolicy: Delete}}", null),
        new Change("{}", "{topic: {config: {retention.ms: '1'}}}", null),
        new Change("{}", header, source),
        new Change(header, "{}", source),
        new Change(header, "{rooms: null}", source),
        new Change(header, "{rooms: {source: {type: Header, name: b}}}", source),
        new Change(header, "{rooms: {source: {type: Json, pointer: /a}}}", source),
        new Change("{}", "{rooms: {source: {type: Key}}}", null),
        new Change(
            header, "{rooms: {source: {type: Header, name: a}, history: {messages: 5}}}", null),
        new Change("{}", "{rooms: {partitioning: Modulo}}", partitioning),
        new Change("{rooms: {partitioning: Jump}}", "{}", partitioning),
        new Change(
            "{rooms: {partitioning: Jump}}", "{rooms: {partitioning: Modulo}}", partitioning),
        new Change("{}", "{rooms: {partitioning: KafkaDefault}}", null),
        new Change("{}", "{partitions: 6}", null),
        new Change("{}", "{kafka: {bootstrapServers: 'other:9092'}}", null),
        new Change("{}", "{consumer: {restartNonce: 1}}", null));
  }
}
