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
  @CsvSource({"kafka", "kafka:", "kafka:99999", "kafka:9092;kafka:9093", "http://kafka:9092"})
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
