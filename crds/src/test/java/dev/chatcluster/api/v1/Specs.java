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

  private static final String PASSWORD =
      "username: u, passwordSecret: {secretName: s, password: p}";
  private static final String CERTIFICATE =
      "certificateAndKey: {secretName: s, certificate: user.crt, key: user.key}";
  private static final String OAUTH =
      "tokenEndpointUri: 'https://id/token', clientId: c, clientSecret: {secretName: s, key: k}";

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
                "{kafka: {bootstrapServers: 'a:1,b:59999,c:60000,d:65000,e:65500,f:65535'}}",
                "{kafka: {config: {security.protocol: SASL_SSL}}}",
                "{kafka: {config: {ssl.truststore.type: PEM, ssl.truststore.certificates: 'a\\nb'}}}",
                PLAIN,
                SCRAM,
                "{kafka: {tls: {}}}",
                "{kafka: {tls: {trustedCertificates: [{secretName: ca, certificate: ca.crt},"
                    + " {secretName: more, pattern: '*.{crt,pem}'}]}}}",
                "{kafka: {tls: {}, config: {ssl.endpoint.identification.algorithm: ''}}}",
                "{kafka: {authentication: {type: scram-sha-512, %s}}}".formatted(PASSWORD),
                "{kafka: {tls: {}, authentication: {type: plain, %s}}}".formatted(PASSWORD),
                "{kafka: {tls: {}, authentication: {type: tls, %s}}}".formatted(CERTIFICATE),
                "{kafka: {authentication: {type: oauth, %s}}}".formatted(OAUTH),
                "{kafka: {authentication: {type: oauth, scope: a b, %s}}}".formatted(OAUTH),
                "{topic: {management: External, replicas: 3, config: {retention.ms: '1'}}}",
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
                "{consumer: {rollout: {maxUnavailable: 999}}}",
                "{consumer: {rollout: {maxUnavailable: 25%}}}",
                "{consumer: {podTemplate: {spec: {tolerations: [{key: chat, operator: Exists}]}}}}",
                "{template: {labels: {team: chat, example.com/a: ''}, annotations: {example.com/b: 'any text'}}}",
                "{listener: {allowedOrigins: ['https://chat.example.com', 'http://localhost:3000']}}",
                "{listener: {service: {type: LoadBalancer, annotations: {a: b}}}}",
                "{listener: {service: {type: NodePort}}}",
                "{listener: {service: {type: LoadBalancer, loadBalancerClass: example.com/internal}}}",
                "{listener: {ingress: {host: chat.example.com}}}",
                "{listener: {ingress: {host: chat.example.com, path: /a/b, className: nginx, annotations: {a: b}, tlsSecretName: chat-tls}}}",
                "{listener: {httpRoute: {parentRefs: [{name: edge, namespace: infra, sectionName: https, port: 443}], hostnames: [chat.example.com, '*.example.org'], path: /chat}}}",
                "{listener: {advertisedUrl: 'wss://chat.example.com:8443/a'}}",
                "{listener: {tls: {secretName: chat-tls}}}",
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
            "{kafka: {bootstrapServers: kafka}}",
            "spec.kafka.bootstrapServers",
            "must be host:port of one broker or more"),
        refused(
            "{kafka: {bootstrapServers: 'http://kafka:9092'}}",
            "spec.kafka.bootstrapServers",
            "without a scheme"),
        refused(
            "{kafka: {bootstrapServers: 'kafka:0'}}",
            "spec.kafka.bootstrapServers",
            "must be host:port of one broker or more"),
        refused(
            "{kafka: {bootstrapServers: 'kafka:65536'}}",
            "spec.kafka.bootstrapServers",
            "must be host:port of one broker or more"),
        refused(
            "{kafka: {bootstrapServers: 'kafka:99999'}}",
            "spec.kafka.bootstrapServers",
            "must be host:port of one broker or more"),
        refused(
            "{kafka: {bootstrapServers: 'a:1;b:2'}}",
            "spec.kafka.bootstrapServers",
            "must be host:port of one broker or more"),
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
        refused(
            "{kafka: {tls: {trustedCertificates: [{certificate: c}]}}}",
            "spec.kafka.tls.trustedCertificates[0].secretName",
            "Required value"),
        refused(
            "{kafka: {tls: {trustedCertificates: [{secretName: s}]}}}",
            "spec.kafka.tls.trustedCertificates[0]",
            "give either certificate"),
        refused(
            "{kafka: {tls: {trustedCertificates: [{secretName: s, certificate: c, pattern: p}]}}}",
            "spec.kafka.tls.trustedCertificates[0]",
            "give either certificate"),
        refused(
            "{kafka: {tls: {trustedCertificates: [{secretName: s, certificate: a/b}]}}}",
            "spec.kafka.tls.trustedCertificates[0].certificate",
            "should match"),
        refused(
            "{kafka: {tls: {}, config: {security.protocol: SSL}}}",
            "spec.kafka",
            "config cannot have security.protocol"),
        refused(
            "{kafka: {authentication: {type: plain, %s}, config: {ssl.keystore.key: k}}}"
                .formatted(PASSWORD),
            "spec.kafka",
            "config cannot have security.protocol"),
        refused(
            "{kafka: {authentication: {%s}}}".formatted(PASSWORD),
            "spec.kafka.authentication.type",
            "Required value"),
        refused(
            "{kafka: {authentication: {type: kerberos}}}",
            "spec.kafka.authentication.type",
            "\"scram-sha-512\", \"plain\", \"tls\", \"oauth\""),
        refused(
            "{kafka: {authentication: {type: plain}}}",
            "spec.kafka.authentication",
            "must be given with type scram-sha-512 or plain"),
        refused(
            "{kafka: {authentication: {type: plain, username: u}}}",
            "spec.kafka.authentication",
            "must be given with type scram-sha-512 or plain"),
        refused(
            "{kafka: {tls: {}, authentication: {type: tls, username: u, %s}}}"
                .formatted(CERTIFICATE),
            "spec.kafka.authentication",
            "must be given with type scram-sha-512 or plain"),
        refused(
            "{kafka: {tls: {}, authentication: {type: tls}}}",
            "spec.kafka.authentication",
            "certificateAndKey must be given with type tls"),
        refused(
            "{kafka: {authentication: {type: tls, %s}}}".formatted(CERTIFICATE),
            "spec.kafka",
            "authentication of type tls needs spec.kafka.tls"),
        refused(
            "{kafka: {authentication: {type: oauth, clientId: c}}}",
            "spec.kafka.authentication",
            "must be given with type oauth"),
        refused(
            "{kafka: {authentication: {type: plain, scope: a, %s}}}".formatted(PASSWORD),
            "spec.kafka.authentication",
            "scope goes only with type oauth"),
        refused(
            "{topic: {management: Shared}}", "spec.topic.management", "\"Managed\", \"External\""),
        refused(
            "{topic: {management: External, deletionPolicy: Delete}}",
            "spec.topic",
            "does not go with management External"),
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
        refused(
            "{consumer: {rollout: {maxUnavailable: 0}}}",
            "spec.consumer.rollout.maxUnavailable",
            "from 1% to 100%"),
        refused(
            "{consumer: {rollout: {maxUnavailable: 101%}}}",
            "spec.consumer.rollout.maxUnavailable", "should match"),
        refused(
            "{consumer: {podTemplate: none}}",
            "spec.consumer.podTemplate",
            "must be of type object"),
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
            "spec.listener.allowedOrigins",
            "each must be scheme://host"),
        refused(
            "{listener: {allowedOrigins: ['http://a/b']}}",
            "spec.listener.allowedOrigins",
            "each must be scheme://host"),
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
            "{listener: {service: {loadBalancerClass: a/b}}}",
            "spec.listener.service",
            "only with type LoadBalancer"),
        refused("{listener: {ingress: {path: /}}}", "spec.listener.ingress.host", "Required value"),
        refused(
            "{listener: {ingress: {host: 'http://a'}}}",
            "spec.listener.ingress.host",
            "must be a host name"),
        refused(
            "{listener: {ingress: {host: a, path: /a/}}}",
            "spec.listener.ingress.path",
            "should match"),
        refused(
            "{listener: {ingress: {host: a, annotations: {chatcluster.dev/a: b}}}}",
            "spec.listener.ingress.annotations",
            "set by the operator"),
        refused(
            "{listener: {ingress: {host: a}, httpRoute: {parentRefs: [{name: edge}]}}}",
            "spec.listener",
            "cannot be given together"),
        refused(
            "{listener: {httpRoute: {parentRefs: []}}}",
            "spec.listener.httpRoute.parentRefs",
            "at least 1 items"),
        refused(
            "{listener: {advertisedUrl: 'https://a'}}",
            "spec.listener.advertisedUrl",
            "should match"),
        refused(
            "{listener: {advertisedUrl: 'ws://localhost:8080/ws'}}",
            "spec.listener.advertisedUrl",
            "must not end in /ws"),
        refused("{listener: {tls: {}}}", "spec.listener.tls.secretName", "Required value"),
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
        new Change("{kafka: {tls: {}}}", "{}", null),
        new Change("{}", "{topic: {management: External}}", null),
        new Change("{}", "{consumer: {restartNonce: 1}}", null));
  }
}
