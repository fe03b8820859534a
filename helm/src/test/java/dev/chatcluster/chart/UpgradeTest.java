package dev.chatcluster.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.api.v1.RealApiServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A release from its first day to its last, as people go about it with Helm; begun with the chart's
 * version 0.1.0, whose CRD did not know {@code spec.rescale}. Nothing of theirs is ever lost.
 */
@Tag("slow")
@RealApiServer.Required
@HelmBinary.Required
class UpgradeTest {
  private static final String FIRST = "src/test/resources/chat-operator-0.1.0.tgz";
  private static final String NOW = Chart.FOLDER.toString();
  private static final String RELEASE = "chat-operator";
  private static final String NAMESPACE = "chats";

  private RealApiServer server;
  private KubernetesClient admin;
  private HelmBinary helm;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException {
    server = RealApiServer.start();
    admin = server.client();
    helm = HelmBinary.with(folder, server.kubeconfig());
  }

  @AfterEach
  void stop() {
    if (server != null) server.close();
  }

  @Test
  void nothingIsLostByAnUpgradeARollbackOrTheEnd() {
    install();
    assertThat(chartOf(deployment().get())).isEqualTo("chat-operator-0.1.0");
    assertThat(knowsRescale()).isFalse();
    String chat = apply();

    var refused = helm.attempt("upgrade", RELEASE, NOW, "-n", NAMESPACE);
    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.text())
        .contains("CRD chatclusters.chatcluster.dev does not know spec.", "more fields. Helm never")
        .contains("helm show crds CHART --version 0.2.0 | kubectl apply --server-side");
    assertThat(helm.run("history", RELEASE, "-n", NAMESPACE).strip().lines()).hasSize(2);

    upgradeTheDefinition();
    helm.run("upgrade", RELEASE, NOW, "-n", NAMESPACE, "--reset-then-reuse-values");
    var upgraded = deployment().get();
    assertThat(chartOf(upgraded)).isEqualTo("chat-operator-0.2.0");
    assertThat(upgraded.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv())
        .as("a value that was given at the first install")
        .anyMatch(
            e -> e.getName().equals("CHAT_OPERATOR_RESYNC_SECONDS") && e.getValue().equals("77"));
    assertThat(leaderRole()).isTrue();
    chat()
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\": {\"rescale\": {\"producerRefresh\": \"42s\"}}}");
    assertThat(producerRefresh()).isEqualTo("42s");

    helm.run("rollback", RELEASE, "1", "-n", NAMESPACE);
    assertThat(chartOf(deployment().get())).isEqualTo("chat-operator-0.1.0");
    assertThat(leaderRole()).isFalse();
    assertThat(knowsRescale()).isTrue();
    writeStatus();
    assertThat(producerRefresh()).as("after the older operator has written").isEqualTo("42s");

    helm.run("upgrade", RELEASE, NOW, "-n", NAMESPACE, "--reset-then-reuse-values");
    assertThat(chartOf(deployment().get())).isEqualTo("chat-operator-0.2.0");
    assertThat(producerRefresh()).isEqualTo("42s");

    helm.run("uninstall", RELEASE, "-n", NAMESPACE);
    assertThat(deployment().get()).isNull();
    assertThat(admin.serviceAccounts().inNamespace(NAMESPACE).withName(RELEASE).get()).isNull();
    assertThat(admin.rbac().clusterRoles().withName(RELEASE).get()).isNull();
    assertThat(leaderRole()).isFalse();
    assertThat(knowsRescale()).isTrue();
    assertThat(chat().get().getMetadata().getUid()).isEqualTo(chat);
    assertThat(producerRefresh()).isEqualTo("42s");

    helm.run("install", RELEASE, NOW, "-n", NAMESPACE);
    assertThat(deployment().get()).isNotNull();
    assertThat(chat().get().getMetadata().getUid()).isEqualTo(chat);
  }

  @Test
  void anOlderDefinitionIsLeftAloneByThoseWhoLookAfterItThemselves() {
    install();
    helm.run("upgrade", RELEASE, NOW, "-n", NAMESPACE, "--set", "crds.check=false");
    assertThat(chartOf(deployment().get())).isEqualTo("chat-operator-0.2.0");
    assertThat(knowsRescale()).isFalse();
  }

  @Test
  void aNamespaceThatIsGoneIsTakenOutOfTheList() {
    namespace("team-a");
    namespace("team-b");
    helm.run(
        "install",
        RELEASE,
        NOW,
        "-n",
        NAMESPACE,
        "--create-namespace",
        "--set",
        "watchNamespaces={team-a,team-b}");
    delete("team-b");

    var refused =
        helm.attempt(
            "upgrade",
            RELEASE,
            NOW,
            "-n",
            NAMESPACE,
            "--reset-then-reuse-values",
            "--set",
            "replicas=3");
    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.text()).contains("namespaces \"team-b\" not found");
    assertThat(deployment().get().getSpec().getReplicas()).isEqualTo(2);

    helm.run(
        "upgrade",
        RELEASE,
        NOW,
        "-n",
        NAMESPACE,
        "--reset-then-reuse-values",
        "--set",
        "watchNamespaces={team-a},replicas=3");
    assertThat(deployment().get().getSpec().getReplicas()).isEqualTo(3);
    assertThat(admin.rbac().roles().inNamespace("team-a").withName(RELEASE).get()).isNotNull();
  }

  private void namespace(String name) {
    var namespace = new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build();
    admin.resource(namespace).create();
  }

  /** As the controllers do that do not run here: with all that is in it. */
  private void delete(String namespace) {
    admin.rbac().roleBindings().inNamespace(namespace).delete();
    admin.rbac().roles().inNamespace(namespace).delete();
    admin.namespaces().withName(namespace).delete();
    var going = admin.namespaces().withName(namespace).get();
    going.getSpec().setFinalizers(null);
    admin.raw("/api/v1/namespaces/" + namespace + "/finalize", "PUT", going);
    await().until(() -> admin.namespaces().withName(namespace).get() == null);
  }

  private void install() {
    helm.run(
        "install",
        RELEASE,
        FIRST,
        "-n",
        NAMESPACE,
        "--create-namespace",
        "--set",
        "resyncSeconds=77");
    server.awaitServed(definition().get());
  }

  /** The command of the message and of docs/operations.md. */
  private void upgradeTheDefinition() {
    var shown =
        Serialization.unmarshal(helm.run("show", "crds", NOW), CustomResourceDefinition.class);
    admin.resource(shown).forceConflicts().serverSideApply();
    await().atMost(Duration.ofSeconds(20)).until(this::knowsRescale);
  }

  private Resource<CustomResourceDefinition> definition() {
    return admin
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("chatclusters.chatcluster.dev");
  }

  private boolean knowsRescale() {
    return definition()
        .get()
        .getSpec()
        .getVersions()
        .getFirst()
        .getSchema()
        .getOpenAPIV3Schema()
        .getProperties()
        .get("spec")
        .getProperties()
        .containsKey("rescale");
  }

  /** Returns its uid. */
  private String apply() {
    var yaml =
        """
        apiVersion: chatcluster.dev/v1
        kind: ChatCluster
        metadata: {name: studyhub, namespace: %s}
        spec: {partitions: 3, kafka: {bootstrapServers: "kafka:9092"}}
        """
            .formatted(NAMESPACE);
    return admin
        .resource(Serialization.unmarshal(yaml, GenericKubernetesResource.class))
        .create()
        .getMetadata()
        .getUid();
  }

  private Resource<ChatCluster> chat() {
    return admin.resources(ChatCluster.class).inNamespace(NAMESPACE).withName("studyhub");
  }

  private String producerRefresh() {
    return chat().get().getSpec().rescale().producerRefresh();
  }

  /** As an operator does, with which the API server stores the whole anew. */
  private void writeStatus() {
    String before = chat().get().getMetadata().getResourceVersion();
    chat()
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\": {\"version\": \"0.1.0\"}}");
    assertThat(chat().get().getMetadata().getResourceVersion()).isNotEqualTo(before);
    assertThat(chat().get().getStatus()).extracting(ChatClusterStatus::version).isEqualTo("0.1.0");
  }

  private Resource<Deployment> deployment() {
    return admin.apps().deployments().inNamespace(NAMESPACE).withName(RELEASE);
  }

  private boolean leaderRole() {
    return admin.rbac().roles().inNamespace(NAMESPACE).withName(RELEASE + "-leader").get() != null;
  }

  private static String chartOf(Deployment deployment) {
    return deployment.getMetadata().getLabels().get("helm.sh/chart");
  }
}
