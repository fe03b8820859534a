package dev.chatcluster.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.RealApiServer;
import dev.chatcluster.operator.ChatOperator;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chart's objects on a real API server, and the operator at work there with no more rights than
 * the chart gives it. No controllers run: Deployments have the status that the test writes.
 */
@Tag("slow")
@RealApiServer.Required
@TestInstance(PER_CLASS)
class InstalledChartTest {
  private static final Logger LOG = LoggerFactory.getLogger(InstalledChartTest.class);

  private Stage stage;
  private KubernetesClient admin;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    stage = Stage.open(folder);
    admin = stage.admin;
  }

  @AfterAll
  void stop() {
    if (stage != null) stage.close();
  }

  @Test
  void theRolesOfANamespaceAreEnoughForAllThatTheOperatorDoes() {
    var release = install("narrow", "watchNamespaces: [narrow]");
    try (var client = release.client();
        var standby = operator(release, client, "pod-2")) {
      assertThatThrownBy(() -> client.secrets().inNamespace("narrow").list())
          .as("the operator lists secrets")
          .isInstanceOfSatisfying(
              KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403));
      assertThat(client.secrets().inNamespace("narrow").withName("named").get()).isNull();
      assertThatThrownBy(() -> client.leases().inNamespace("narrow").withName("other").get())
          .as("the operator reads the leases of others")
          .isInstanceOfSatisfying(
              KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403));
      try (var operator = operator(release, client, "pod-1")) {
        operator.start();
        soon().until(() -> operator.metrics().contains("chat_operator_leader 1.0"));
        standby.start();
        soon().until(standby::ready);
        apply("narrow", "{deletionPolicy: Delete}");

        soon()
            .untilAsserted(
                () -> assertThat(condition("narrow", "TopicReady")).isEqualTo("True TopicReady"));
        soon().untilAsserted(() -> assertThat(deployments("narrow")).hasSize(2));
        assertThat(admin.services().inNamespace("narrow").list().getItems()).hasSize(3);
        assertThat(chat("narrow").getStatus().problems()).isEmpty();
        deployments("narrow").forEach(stage::becomeReady);
        soon()
            .untilAsserted(() -> assertThat(condition("narrow", "Ready")).isEqualTo("True Ready"));
        // Events follow the status that they tell of.
        soon()
            .untilAsserted(
                () ->
                    assertThat(admin.v1().events().inNamespace("narrow").list().getItems())
                        .extracting("reason")
                        .contains("TopicCreated", "Ready"));

        var drifted = deployments("narrow").getFirst();
        drifted.getSpec().setReplicas(7);
        admin.resource(drifted).update();
        soon().until(() -> admin.resource(drifted).get().getSpec().getReplicas() == 1);

        admin.resource(chat("narrow")).delete();
        soon().until(() -> chat("narrow") == null);
        assertThat(standby.metrics()).contains("chat_operator_leader 0.0");
      }
      soon().until(() -> standby.metrics().contains("chat_operator_leader 1.0"));
      apply("narrow", "{}");
      soon()
          .untilAsserted(
              () -> assertThat(condition("narrow", "TopicReady")).isEqualTo("True TopicReady"));
    }
  }

  @Test
  void aConvergedClusterIsNotWrittenToThoughTheApiServerAddsItsDefaults() {
    var release = install("quiet", "replicas: 1");
    try (var client = release.client();
        var operator = operator(release, client, "pod")) {
      operator.start();
      apply("quiet", "{}");
      soon().untilAsserted(() -> assertThat(deployments("quiet")).hasSize(2));
      deployments("quiet").forEach(stage::becomeReady);
      soon().untilAsserted(() -> assertThat(condition("quiet", "Ready")).isEqualTo("True Ready"));

      double rounds = reconciliations(operator);
      soon().until(() -> reconciliations(operator) >= rounds + 2);
      var before = versions("quiet");
      double settled = reconciliations(operator);
      soon().until(() -> reconciliations(operator) >= settled + 4);
      assertThat(versions("quiet")).isEqualTo(before);
    }
  }

  @Test
  void allPodsAreAcceptedInANamespaceThatEnforcesTheRestrictedStandard() {
    var release = install("guarded", "replicas: 1");
    try (var client = release.client();
        var operator = operator(release, client, "pod")) {
      operator.start();
      apply("guarded", "{}");
      soon().untilAsserted(() -> assertThat(deployments("guarded")).hasSize(2));
    }
    var ofTheChart =
        admin.apps().deployments().inNamespace("guarded").withName(release.name()).get();
    assertThat(pod("guarded", ofTheChart.getSpec().getTemplate())).isNotNull();
    var ofTheOperator = deployments("guarded").getFirst().getSpec().getTemplate();
    assertThat(pod("guarded", ofTheOperator)).isNotNull();

    ofTheOperator.getSpec().getContainers().getFirst().setSecurityContext(null);
    assertThatThrownBy(() -> pod("guarded", ofTheOperator))
        .hasMessageContaining("violates PodSecurity");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        replicas: 1
        networkPolicy: {create: true}
        serviceAccount: {annotations: {a: b}}
        """,
        """
        replicas: 3
        networkPolicy:
          create: true
          from: [{namespaceSelector: {matchLabels: {team: monitoring}}}]
          egress: [{ports: [{port: 443}]}, {to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]
        commonLabels: {team: chat}
        imagePullSecrets: [{name: pull}]
        extraEnv: [{name: HTTPS_PROXY, value: "http://proxy:3128"}]
        resources: {requests: {cpu: 1, memory: 1Gi}, limits: {memory: 1Gi}}
        podLabels: {a: b}
        podAnnotations: {a: b}
        nodeSelector: {disk: ssd}
        tolerations: [{key: k, operator: Exists, effect: NoSchedule}]
        affinity: {nodeAffinity: {}}
        topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]
        """,
        """
        serviceAccount: {create: false, name: mine}
        rbac: {create: false}
        podDisruptionBudget: {create: false}
        """
      })
  void theApiServerTakesToTheLetterWhatIsMadeOfTheValues(String values) {
    String namespace = "values-" + Integer.toHexString(values.hashCode());
    var release = install(namespace, values);
    var deployment =
        admin.apps().deployments().inNamespace(namespace).withName(release.name()).get();
    assertThat(pod(namespace, deployment.getSpec().getTemplate())).isNotNull();
  }

  private HasMetadata pod(String namespace, PodTemplateSpec template) {
    var pod =
        new PodBuilder()
            .withNewMetadata()
            .withGenerateName("pod-")
            .withNamespace(namespace)
            .withLabels(template.getMetadata().getLabels())
            .endMetadata()
            .withSpec(template.getSpec())
            .build();
    return admin.resource(pod).dryRun().create();
  }

  /** Into a namespace of its own. */
  private Release install(String namespace, String values) {
    stage.namespace(namespace);
    return Release.install(stage, namespace, values);
  }

  private static ChatOperator operator(Release release, KubernetesClient client, String pod) {
    return release.operator(client, pod, why -> LOG.error("{} ends: {}", pod, why));
  }

  /** Named as its namespace, so that each has a topic of its own. */
  private void apply(String namespace, String topic) {
    var yaml =
        """
        apiVersion: chatcluster.dev/v1
        kind: ChatCluster
        metadata: {name: %s, namespace: %s}
        spec: {partitions: 2, kafka: {bootstrapServers: "%s"}, topic: %s}
        """
            .formatted(namespace, namespace, stage.brokers, topic);
    admin.resource(Serialization.unmarshal(yaml, ChatCluster.class)).create();
  }

  private ChatCluster chat(String namespace) {
    return admin.resources(ChatCluster.class).inNamespace(namespace).withName(namespace).get();
  }

  private String condition(String namespace, String type) {
    var status = chat(namespace).getStatus();
    if (status == null) return "no status";
    return status.conditions().stream()
        .filter(c -> c.getType().equals(type))
        .map((Condition c) -> c.getStatus() + " " + c.getReason())
        .findFirst()
        .orElse("no condition");
  }

  private List<Deployment> deployments(String namespace) {
    return admin
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withLabel("chatcluster.dev/partition")
        .list()
        .getItems();
  }

  private Map<String, String> versions(String namespace) {
    Map<String, String> versions = new TreeMap<>();
    deployments(namespace)
        .forEach(
            d -> versions.put(d.getMetadata().getName(), d.getMetadata().getResourceVersion()));
    admin
        .services()
        .inNamespace(namespace)
        .list()
        .getItems()
        .forEach(
            s ->
                versions.put(
                    "Service " + s.getMetadata().getName(), s.getMetadata().getResourceVersion()));
    admin
        .v1()
        .events()
        .inNamespace(namespace)
        .list()
        .getItems()
        .forEach(
            e ->
                versions.put(
                    "Event " + e.getMetadata().getName(), e.getMetadata().getResourceVersion()));
    versions.put("ChatCluster", chat(namespace).getMetadata().getResourceVersion());
    return versions;
  }

  private static double reconciliations(ChatOperator operator) {
    Matcher matcher =
        Pattern.compile("(?m)^operator_sdk_reconciliations_success_total\\S* (\\S+)$")
            .matcher(operator.metrics());
    double sum = 0;
    while (matcher.find()) sum += Double.parseDouble(matcher.group(1));
    return sum;
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(40));
  }
}
