package dev.chatcluster.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatcluster.api.v1.ChatCluster;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodTemplatesTest {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final PodTemplateSpec OURS = template("");

  private static PodTemplateSpec template(String podTemplate) {
    return Children.of(cluster(podTemplate), 1, "chat-consumer:1", Optional.empty())
        .deployments()
        .getFirst()
        .getSpec()
        .getTemplate();
  }

  private static ChatCluster cluster(String podTemplate) {
    return YAML.unmarshal(
        """
        apiVersion: chatcluster.dev/v1
        kind: ChatCluster
        metadata: {name: studyhub, namespace: chat, uid: u-1}
        spec:
          partitions: 1
          kafka: {bootstrapServers: "kafka:9092"}
        """
            + (podTemplate.isEmpty()
                ? ""
                : "  consumer:\n    podTemplate:\n" + podTemplate.indent(6)),
        ChatCluster.class);
  }

  private static List<String> reserved(String podTemplate) {
    return Children.reserved(cluster(podTemplate), "chat-consumer:1");
  }

  @Test
  void addWhatTheOperatorHasNoFieldFor() {
    String users =
        """
        metadata: {labels: {team: red}, annotations: {example.com/scrape: "true"}}
        spec:
          serviceAccountName: chat
          priorityClassName: high
          nodeSelector: {disk: ssd}
          tolerations: [{key: chat, operator: Exists}]
          volumes: [{name: extra, emptyDir: {}}]
          containers:
          - name: consumer
            env: [{name: JAVA_TOOL_OPTIONS, value: -Xmx128m}]
            volumeMounts: [{name: extra, mountPath: /extra}]
            startupProbe: {failureThreshold: 900}
          - {name: proxy, image: "proxy:1"}
        """;
    PodTemplateSpec laid = template(users);
    assertThat(reserved(users)).isEmpty();
    assertThat(laid.getMetadata().getLabels())
        .containsEntry("team", "red")
        .containsAllEntriesOf(OURS.getMetadata().getLabels());
    assertThat(laid.getMetadata().getAnnotations()).containsEntry("example.com/scrape", "true");
    assertThat(laid.getSpec().getServiceAccountName()).isEqualTo("chat");
    assertThat(laid.getSpec().getPriorityClassName()).isEqualTo("high");
    assertThat(laid.getSpec().getNodeSelector()).containsEntry("disk", "ssd");
    assertThat(laid.getSpec().getTolerations()).hasSize(1);
    assertThat(laid.getSpec().getVolumes()).extracting(Volume::getName).contains("tmp", "extra");
    assertThat(laid.getSpec().getSecurityContext()).isEqualTo(OURS.getSpec().getSecurityContext());
    assertThat(laid.getSpec().getContainers())
        .extracting(Container::getName)
        .containsExactly("consumer", "proxy");
    Container ours = OURS.getSpec().getContainers().getFirst();
    Container consumer = laid.getSpec().getContainers().getFirst();
    assertThat(consumer.getEnv()).containsAll(ours.getEnv()).hasSize(ours.getEnv().size() + 1);
    assertThat(consumer.getVolumeMounts()).containsAll(ours.getVolumeMounts()).hasSize(2);
    assertThat(consumer.getStartupProbe().getFailureThreshold()).isEqualTo(900);
    assertThat(consumer.getStartupProbe().getHttpGet().getPath()).isEqualTo("/health/live");
    assertThat(consumer.getReadinessProbe()).isEqualTo(ours.getReadinessProbe());
  }

  @Test
  void leaveWhatIsReservedAsItIsAndNameIt() {
    String users =
        """
        metadata: {name: x, labels: {chatcluster.dev/partition: "9"}, annotations: {chatcluster.dev/a: b}}
        spec:
          terminationGracePeriodSeconds: 1
          enableServiceLinks: true
          volumes: [{name: tmp, hostPath: {path: /}}]
          containers:
          - name: consumer
            image: other:1
            resources: {limits: {memory: 1Gi}}
            env: [{name: CHAT_TOPIC, value: other}, {name: CHAT_NEW, value: x}]
            ports: [{name: client, containerPort: 1}, {name: mine, containerPort: 8081}]
            volumeMounts: [{name: tmp, mountPath: /tmp, readOnly: true}]
            readinessProbe: {exec: {command: ["true"]}}
        """;
    PodTemplateSpec laid = template(users);
    assertThat(laid.getSpec()).isEqualTo(OURS.getSpec());
    assertThat(laid.getMetadata().getLabels()).isEqualTo(OURS.getMetadata().getLabels());
    String consumer = "spec.containers[consumer].";
    assertThat(reserved(users))
        .containsExactlyInAnyOrder(
            "metadata.name",
            "metadata.labels chatcluster.dev/partition",
            "metadata.annotations chatcluster.dev/a",
            "spec.terminationGracePeriodSeconds",
            "spec.enableServiceLinks",
            "spec.volumes[tmp]",
            consumer + "image",
            consumer + "resources",
            consumer + "env[CHAT_TOPIC]",
            consumer + "env[CHAT_NEW]",
            consumer + "ports[client]",
            consumer + "ports[8081]",
            consumer + "volumeMounts[/tmp]",
            consumer + "readinessProbe.exec");
  }

  @Test
  void takeNothingAwayThatHasSomethingOfTheOperators() {
    assertThat(template("metadata:\nspec:")).isEqualTo(OURS);
    assertThat(reserved("metadata:\nspec:")).containsExactlyInAnyOrder("metadata", "spec");
    String users =
        """
        metadata: {labels: , annotations: }
        spec:
          volumes:
          containers:
          - name: consumer
            env:
            ports:
            volumeMounts:
            startupProbe:
            readinessProbe:
            livenessProbe:
        """;
    assertThat(template(users)).isEqualTo(OURS);
    String consumer = "spec.containers[consumer].";
    assertThat(reserved(users))
        .containsExactlyInAnyOrder(
            "metadata.labels",
            "metadata.annotations",
            "spec.volumes",
            consumer + "env",
            consumer + "ports",
            consumer + "volumeMounts",
            consumer + "startupProbe",
            consumer + "readinessProbe",
            consumer + "livenessProbe");
    assertThat(template("spec: {containers: }").getSpec()).isEqualTo(OURS.getSpec());
  }

  @Test
  void areSeenInTheTemplatesHash() {
    String hash = Labels.TEMPLATE_HASH;
    assertThat(template("spec: {priorityClassName: a}").getMetadata().getAnnotations().get(hash))
        .isNotEqualTo(
            template("spec: {priorityClassName: b}").getMetadata().getAnnotations().get(hash))
        .isNotEqualTo(OURS.getMetadata().getAnnotations().get(hash));
  }

  @Test
  void changeWhatASecurityContextSaysFieldByField() {
    PodTemplateSpec laid = template("spec: {securityContext: {runAsUser: 1000}}");
    assertThat(laid.getSpec().getSecurityContext().getRunAsUser()).isEqualTo(1000);
    assertThat(laid.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(laid.getSpec().getContainers().getFirst().getEnv())
        .extracting(EnvVar::getName)
        .contains("CHAT_TOPIC");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          none                                   | spec.consumer.podTemplate is "none"
          [a]                                    | spec.consumer.podTemplate is ["a"]
          {spec: {tolerationz: []}}              | spec.consumer.podTemplate has spec.tolerationz: a pod template has no such field
          {kind: Pod}                            | spec.consumer.podTemplate has kind: a pod template has no such field
          {spec: {containers: [{name: a, imag: b}]}} | spec.consumer.podTemplate has spec.containers[0].imag
          {spec: {containers: a}}                | spec.consumer.podTemplate spec.containers cannot be read
          {spec: {priority: high}}               | spec.consumer.podTemplate spec.priority cannot be read
          """)
  void areRefusedWithTheFieldThatIsWrong(String users, String sentence) {
    assertThat(PodTemplates.problem(YAML.unmarshal("x: " + users, JsonNode.class).get("x")))
        .hasValueSatisfying(p -> assertThat(p).startsWith(sentence));
  }
}
