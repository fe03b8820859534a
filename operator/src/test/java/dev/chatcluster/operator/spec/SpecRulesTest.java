package dev.chatcluster.operator.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.api.v1.ChatCluster;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecRulesTest {
  private static List<String> problems(String name, String spec) {
    ChatCluster cluster =
        new KubernetesSerialization()
            .unmarshal(
                "apiVersion: chatcluster.dev/v1\nkind: ChatCluster\nmetadata: {name: \""
                    + name
                    + "\", namespace: n}\nspec: {"
                    + spec
                    + "}",
                ChatCluster.class);
    return SpecRules.problems(cluster, Optional.empty());
  }

  private static final String GOOD = "partitions: 3, kafka: {bootstrapServers: 'kafka:9092'}";

  @Test
  void findNothingWrongWithTheShortestSpec() {
    assertThat(problems("studyhub", GOOD)).isEmpty();
  }

  @Test
  void sayEverythingAtOnce() {
    assertThat(problems("Chat", "partitions: 1001, topic: {replicas: 0}")).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          topic: {name: 'a b'}                                | spec.topic.name is a b
          topic: {name: a.control}                            | spec.topic.name is a.control
          topic: {name: '..'}                                 | spec.topic.name is ..
          topic: {replicas: 101}                              | spec.topic.replicas is 101: it must be from 1 to 100
          topic: {config: {cleanup.policy: compact}}          | spec.topic.config cleanup.policy is compact
          topic: {management: Shared}                         | spec.topic.management is Shared: it must be Managed or External
          topic: {management: External, deletionPolicy: Delete} | spec.topic.deletionPolicy is Delete, which does not go
          topic: {deletionPolicy: delete}                     | spec.topic.deletionPolicy is delete: it must be Retain or Delete
          rooms: {source: {type: Body}}                       | spec.rooms.source.type is Body: it must be Key or Header or Json
          rooms: {source: {type: Header}}                     | spec.rooms.source.name is missing
          rooms: {source: {type: Key, pointer: /x}}           | spec.rooms.source.pointer is /x
          rooms: {source: {type: Header, name: chat-x}}       | spec.rooms.source:
          rooms: {source: {type: Json, pointer: x}}           | spec.rooms.source:
          rooms: {partitioning: Random}                       | spec.rooms.partitioning is Random: it must be KafkaDefault or Modulo or Jump
          rooms: {history: {messages: -1}}                    | spec.rooms.history.messages is -1: it must be from 0 to 10000
          rooms: {history: {bytes: 1.5}}                      | spec.rooms.history.bytes is 1.5: it must be whole bytes
          consumer: {replicasPerPartition: 6}                 | spec.consumer.replicasPerPartition is 6
          consumer: {drainSeconds: 3601}                      | spec.consumer.drainSeconds is 3601
          consumer: {image: 'a b'}                            | spec.consumer.image is "a b"
          consumer: {imagePullPolicy: Sometimes}              | spec.consumer.imagePullPolicy is Sometimes
          consumer: {logging: {level: LOUD}}                  | spec.consumer.logging.level is LOUD
          consumer: {logging: {level: TRACE}}                 | spec.consumer.logging.level is TRACE
          consumer: {logging: {format: Xml}}                  | spec.consumer.logging.format is Xml
          consumer: {rollout: {maxUnavailable: 0}}            | spec.consumer.rollout.maxUnavailable is 0: it must be a number from 1
          consumer: {rollout: {maxUnavailable: 0%}}           | spec.consumer.rollout.maxUnavailable is 0%: it must be a number from 1
          consumer: {podTemplate: {spec: {nodeSelektor: {}}}} | spec.consumer.podTemplate has spec.nodeSelektor
          listener: {service: {loadBalancerClass: a/b}}       | spec.listener.service.loadBalancerClass is a/b
          listener: {ingress: {path: /a}}                     | spec.listener.ingress.host is missing
          listener: {ingress: {host: 'http://a'}}             | spec.listener.ingress.host is http://a
          listener: {ingress: {host: a, path: /a/}}           | spec.listener.ingress.path is /a/
          listener: {ingress: {host: a, annotations: {chatcluster.dev/a: b}}} | spec.listener.ingress.annotations has chatcluster.dev/a
          listener: {httpRoute: {hostnames: [a]}}             | spec.listener.httpRoute.parentRefs is empty
          listener: {httpRoute: {parentRefs: [{name: e}], hostnames: ['a:1']}} | spec.listener.httpRoute.hostnames is a:1
          listener: {ingress: {host: a}, httpRoute: {parentRefs: [{name: e}]}} | spec.listener.ingress and spec.listener.httpRoute are both given
          listener: {advertisedUrl: 'https://a'}              | spec.listener.advertisedUrl is https://a
          listener: {advertisedUrl: 'ws://a:1/ws'}            | spec.listener.advertisedUrl is ws://a:1/ws: use ws://host
          listener: {tls: {}}                                 | spec.listener.tls.secretName is missing
          template: {labels: {chatcluster.dev/cluster: x}}    | spec.template.labels has chatcluster.dev/cluster
          template: {labels: {app.kubernetes.io/name: x}}     | spec.template.labels has app.kubernetes.io/name
          template: {labels: {a: 'b c'}}                      | spec.template.labels a is b c
          template: {annotations: {chatcluster.dev/x: y}}     | spec.template.annotations has chatcluster.dev/x
          listener: {allowedOrigins: []}                      | spec.listener.allowedOrigins is empty
          listener: {allowedOrigins: [example.com]}           | spec.listener.allowedOrigins has example.com
          listener: {service: {type: ExternalName}}           | spec.listener.service.type is ExternalName
          listener: {limits: {messageBytes: 65Mi}}            | spec.listener.limits.messageBytes is 65Mi: it must be whole bytes, from 1Ki to 64Mi
          listener: {limits: {slowClientBytes: 1Ki}}          | spec.listener.limits.slowClientBytes is 1Ki
          """)
  void nameTheFieldItsValueAndWhatIsAllowed(String spec, String sentence) {
    assertThat(problems("studyhub", GOOD + ", " + spec))
        .singleElement()
        .asString()
        .startsWith(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          acks: '0'                                           | spec.kafka.config acks cannot be given
          sasl.login.class: a.b.C                             | spec.kafka.config sasl.login.class cannot be given
          metric.reporters: a.b.C                             | spec.kafka.config metric.reporters cannot be given
          config.providers: file                              | spec.kafka.config config.providers cannot be given
          config.providers.file.class: a.b.C                  | spec.kafka.config config.providers.file.class cannot be given
          ssl.truststore.location: /etc/passwd                | spec.kafka.config ssl.truststore.location cannot be given
          request.timeout.ms: abc                             | spec.kafka.config request.timeout.ms is abc: it must be a whole number up to 2147483647
          client.dns.lookup: nonsense                         | spec.kafka.config client.dns.lookup is nonsense: it must be one of: use_all_dns_ips, resolve_canonical
          sasl.jaas.config: 'com.sun.security.auth.module.JndiLoginModule required;' | spec.kafka.config sasl.jaas.config must be
          """)
  void letNoChatClusterActWithTheOperatorsRights(String property, String sentence) {
    assertThat(
            problems(
                "studyhub",
                "partitions: 1, kafka: {bootstrapServers: 'k:1', config: {" + property + "}}"))
        .singleElement()
        .asString()
        .startsWith(sentence);
  }

  private static final String PASSWORD =
      "username: u, passwordSecret: {secretName: s, password: p}";
  private static final String CERTIFICATE =
      "certificateAndKey: {secretName: s, certificate: c, key: k}";
  private static final String OAUTH =
      "tokenEndpointUri: 'https://id/t', clientId: c, clientSecret: {secretName: s, key: k}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tls: {trustedCertificates: [{certificate: c}]}      | spec.kafka.tls.trustedCertificates.secretName is null
          tls: {trustedCertificates: [{secretName: s}]}       | spec.kafka.tls.trustedCertificates needs either certificate
          tls: {trustedCertificates: [{secretName: s, pattern: '[a'}]} | spec.kafka.tls.trustedCertificates.pattern is [a
          tls: {trustedCertificates: [{secretName: s, certificate: ..}]} | spec.kafka.tls.trustedCertificates.certificate is ..
          tls: {}, config: {security.protocol: SSL}           | spec.kafka.config security.protocol cannot be given beside
          authentication: {type: kerberos}                    | spec.kafka.authentication.type is kerberos: it must be scram-sha-512 or plain or tls or oauth
          authentication: {type: plain, username: u}          | spec.kafka.authentication.passwordSecret is missing: type plain needs it
          authentication: {type: plain, scope: s, PASSWORD}   | spec.kafka.authentication.scope does not go with type plain
          authentication: {type: tls, CERTIFICATE}            | spec.kafka.tls is missing
          authentication: {type: oauth, username: u, OAUTH}   | spec.kafka.authentication.username does not go with type oauth
          """)
  void nameWhatTlsAndAuthenticationLack(String kafka, String sentence) {
    String given =
        kafka
            .replace("PASSWORD", PASSWORD)
            .replace("CERTIFICATE", CERTIFICATE)
            .replace("OAUTH", OAUTH);
    assertThat(
            problems("studyhub", "partitions: 1, kafka: {bootstrapServers: 'k:1', " + given + "}"))
        .singleElement()
        .asString()
        .startsWith(sentence);
  }

  @Test
  void takeEachKindOfAuthentication() {
    for (String type :
        List.of(
            "scram-sha-512, " + PASSWORD,
            "plain, " + PASSWORD,
            "tls, " + CERTIFICATE,
            "oauth, scope: a, " + OAUTH)) {
      assertThat(
              problems(
                  "studyhub",
                  "partitions: 1, kafka: {bootstrapServers: 'k:1', tls: {}, authentication: {type: "
                      + type
                      + "}}"))
          .isEmpty();
    }
  }

  @Test
  void takeCredentialsForKafkasOwnLoginModules() {
    for (String module : List.of("plain.PlainLoginModule", "scram.ScramLoginModule")) {
      String jaas =
          "org.apache.kafka.common.security."
              + module
              + " required username=\\\"u\\\" password=\\\"p\\\";";
      assertThat(
              problems(
                  "studyhub",
                  "partitions: 1, kafka: {bootstrapServers: 'k:1', config: {sasl.jaas.config: \""
                      + jaas
                      + "\"}}"))
          .isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "kafka",
    "kafka:",
    "kafka:0",
    "kafka:99999",
    "kafka:9092;kafka:9093",
    "http://kafka:9092"
  })
  void wantBrokersAsHostAndPort(String brokers) {
    assertThat(problems("studyhub", "partitions: 1, kafka: {bootstrapServers: '" + brokers + "'}"))
        .singleElement()
        .asString()
        .startsWith("spec.kafka.bootstrapServers has \"" + brokers + "\"");
  }

  @Test
  void refuseTheSamePropertiesAsTheCrd() throws Exception {
    String crd = Files.readString(Path.of("../crds/chatclusters.chatcluster.dev.yaml"));
    int rule = crd.indexOf(".split(', ').all(k, !(k in self))");
    String list = crd.substring(crd.lastIndexOf('\'', rule - 2) + 1, rule - 1);
    assertThat(list.replaceAll("\\\\?\\s+\\\\?\\s*", " ").split(", "))
        .containsExactlyInAnyOrderElementsOf(KafkaRules.OWNED);
  }
}
