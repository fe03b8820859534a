package dev.chatcluster.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;

import com.marcnuri.helm.Helm;
import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.RealApiServer;
import dev.chatcluster.kafka.EmbeddedKafka;
import dev.chatcluster.operator.ChatOperator;
import dev.chatcluster.operator.leader.Candidate;
import dev.chatcluster.operator.reconcile.Pace;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private static final Path CHART = Path.of("chat-operator").toAbsolutePath();
  private static final Logger LOG = LoggerFactory.getLogger(InstalledChartTest.class);
  private static final Duration OFTEN = Duration.ofSeconds(1);

  private RealApiServer server;
  private KubernetesClient admin;
  private EmbeddedKafka kafka;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    server = RealApiServer.start();
    admin = server.client();
    kafka = EmbeddedKafka.start(folder);
  }

  @AfterAll
  void stop() {
    if (kafka != null) kafka.close();
    if (server != null) server.close();
  }

  @Test
  void theRolesOfANamespaceAreEnoughForAllThatTheOperatorDoes() {
    install("narrow", "watchNamespaces[0]", "narrow");
    try (var client = asTheOperator("narrow");
        var standby = candidate(client, "narrow", "pod-2")) {
      assertThatThrownBy(() -> client.secrets().inNamespace("narrow").list())
          .as("the operator reads secrets")
          .isInstanceOfSatisfying(
              KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403));
      assertThatThrownBy(() -> client.leases().inNamespace("narrow").withName("other").get())
          .as("the operator reads the leases of others")
          .isInstanceOfSatisfying(
              KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403));
      try (var operator = candidate(client, "narrow", "pod-1")) {
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
        deployments("narrow").forEach(this::becomeReady);
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
    install("quiet");
    try (var client = asTheOperator("quiet");
        var operator = operator(client, Set.of())) {
      operator.start();
      apply("quiet", "{}");
      soon().untilAsserted(() -> assertThat(deployments("quiet")).hasSize(2));
      deployments("quiet").forEach(this::becomeReady);
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
    install("guarded");
    try (var client = asTheOperator("guarded");
        var operator = operator(client, Set.of())) {
      operator.start();
      apply("guarded", "{}");
      soon().untilAsserted(() -> assertThat(deployments("guarded")).hasSize(2));
    }
    var ofTheChart =
        admin.apps().deployments().inNamespace("guarded").withName("chat-operator").get();
    assertThat(pod("guarded", ofTheChart.getSpec().getTemplate())).isNotNull();
    var ofTheOperator = deployments("guarded").getFirst().getSpec().getTemplate();
    assertThat(pod("guarded", ofTheOperator)).isNotNull();

    ofTheOperator.getSpec().getContainers().getFirst().setSecurityContext(null);
    assertThatThrownBy(() -> pod("guarded", ofTheOperator))
        .hasMessageContaining("violates PodSecurity");
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

  /** Into a namespace of its own, each object held to its schema to the letter. */
  private void install(String namespace, String... values) {
    admin
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(namespace)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .create();
    var template =
        new Helm(CHART)
            .template()
            .withName("chat-operator")
            .withNamespace(namespace)
            .withKubeVersion("1.34.0");
    template.set("fullnameOverride", "chat-operator");
    for (int i = 0; i < values.length; i += 2) template.set(values[i], values[i + 1]);
    var objects =
        admin
            .load(new ByteArrayInputStream(template.call().getBytes(StandardCharsets.UTF_8)))
            .items();
    for (HasMetadata object : objects) {
      boolean shared =
          object.getKind().equals("ClusterRole")
              || object.getKind().equals("CustomResourceDefinition");
      var resource = admin.resource(object);
      if (object.getKind().equals("ClusterRoleBinding"))
        object.getMetadata().setName("chat-operator-" + namespace);
      if (!shared || resource.get() == null)
        admin.resource(object).fieldValidation(Validation.STRICT).create();
    }
    soon()
        .until(
            () ->
                admin
                    .apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName("chatclusters.chatcluster.dev")
                    .get()
                    .getStatus()
                    .getConditions()
                    .stream()
                    .anyMatch(
                        c -> c.getType().equals("Established") && c.getStatus().equals("True")));
  }

  private KubernetesClient asTheOperator(String namespace) {
    var token =
        admin
            .serviceAccounts()
            .inNamespace(namespace)
            .withName("chat-operator")
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(3600L)
                    .endSpec()
                    .build());
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(admin.getMasterUrl().toString())
            .withCaCertData(admin.getConfiguration().getCaCertData())
            .withCaCertFile(admin.getConfiguration().getCaCertFile())
            .withOauthToken(token.getStatus().getToken())
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private static ChatOperator operator(KubernetesClient client, Set<String> namespaces) {
    var pace = new Pace(OFTEN, Duration.ofMillis(100), OFTEN, Duration.ofSeconds(10));
    return new ChatOperator(
        client, namespaces, "chat-consumer:test", "test", pace, InstantSource.system());
  }

  private static ChatOperator candidate(KubernetesClient client, String namespace, String pod) {
    var pace = new Pace(OFTEN, Duration.ofMillis(100), OFTEN, Duration.ofSeconds(10));
    return new ChatOperator(
        client,
        Set.of(namespace),
        "chat-consumer:test",
        "test",
        pace,
        InstantSource.system(),
        Optional.of(new Candidate(namespace, "chat-operator", pod)),
        why -> LOG.error("{} ends: {}", pod, why));
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
            .formatted(namespace, namespace, kafka.bootstrapServers(), topic);
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

  private void becomeReady(Deployment deployment) {
    deployment.setStatus(
        new DeploymentStatusBuilder()
            .withObservedGeneration(deployment.getMetadata().getGeneration())
            .withReplicas(1)
            .withUpdatedReplicas(1)
            .withReadyReplicas(1)
            .withAvailableReplicas(1)
            .build());
    admin.resource(deployment).updateStatus();
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
