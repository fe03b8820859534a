package dev.chatcluster.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartTest {
  private static final Path CHART = Path.of("chat-operator").toAbsolutePath();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @TempDir Path folder;

  @Test
  void itLintsWithoutAWarning() {
    var result = new Helm(CHART).lint().strict().call();
    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    assertThat(result.getMessages())
        .noneMatch(m -> m.contains("[WARNING]") || m.contains("[ERROR]"));
  }

  @Test
  void itPackages() {
    new Helm(CHART).packageIt().withDestination(folder).call();
    assertThat(folder.resolve("chat-operator-0.1.0.tgz")).isNotEmptyFile();
  }

  @Test
  void withNoValuesItBringsTheOperatorWithRightsInAllNamespaces() {
    assertThat(render("{}").keySet())
        .containsExactlyInAnyOrder(
            "CustomResourceDefinition chatclusters.chatcluster.dev",
            "ServiceAccount chats/chat-operator",
            "ClusterRole chat-operator",
            "ClusterRoleBinding chat-operator",
            "Deployment chats/chat-operator");
  }

  @Test
  void theVersionIsThatOfTheBuild() throws IOException {
    var chart = YAML.readTree(CHART.resolve("Chart.yaml").toFile());
    assertThat(chart.get("appVersion").asText()).isEqualTo(System.getProperty("project.version"));
  }

  @Test
  void theOperatorsEnvironmentIsThatOfTheValues() {
    var values =
        """
        image: {repository: registry/op, tag: "1"}
        consumerImage: {repository: registry/pod, tag: "2"}
        watchNamespaces: [a, b]
        resyncSeconds: 60
        logging: {level: DEBUG, format: Json}
        """;
    var container = container(render(values));
    assertThat(container.get("image").asText()).isEqualTo("registry/op:1");
    assertThat(environment(container))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "CHAT_OPERATOR_NAMESPACES", "a,b",
                "CHAT_OPERATOR_CONSUMER_IMAGE", "registry/pod:2",
                "CHAT_OPERATOR_RESYNC_SECONDS", "60",
                "CHAT_OPERATOR_MANAGEMENT_PORT", "8081",
                "CHAT_OPERATOR_LOG_LEVEL", "DEBUG",
                "CHAT_OPERATOR_LOG_FORMAT", "Json"));
  }

  @Test
  void imagesHaveTheVersionOfTheChartWhenNoTagIsGiven() {
    var container = container(render("{}"));
    String version = System.getProperty("project.version");
    assertThat(container.get("image").asText()).isEqualTo("chat-operator:" + version);
    assertThat(environment(container))
        .containsEntry("CHAT_OPERATOR_CONSUMER_IMAGE", "chat-consumer:" + version)
        .doesNotContainKey("CHAT_OPERATOR_NAMESPACES");
  }

  @Test
  void thePodKeepsTheRestrictedPodSecurityStandard() {
    var pod = render("{}").get("Deployment chats/chat-operator").at("/spec/template/spec");
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
    assertThat(pod.at("/enableServiceLinks").asBoolean(true)).isFalse();
    var container = pod.at("/containers/0/securityContext");
    assertThat(container.at("/allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(container.at("/readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(container.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
    assertThat(container.at("/capabilities").has("add")).isFalse();
  }

  @Test
  void theProbesAskTheManagementPort() {
    var container = container(render("{}"));
    assertThat(container.at("/ports/0/name").asText()).isEqualTo("management");
    assertThat(container.at("/ports/0/containerPort").asInt()).isEqualTo(8081);
    for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe"))
      assertThat(container.at("/" + probe + "/httpGet/port").asText()).isEqualTo("management");
    assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/health/ready");
    assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/health/live");
  }

  @Test
  void withNamespacesThereIsARoleInEachAndNothingForTheWholeCluster() {
    var objects = render("watchNamespaces: [a, b]");
    assertThat(objects.keySet())
        .contains("Role a/chat-operator", "RoleBinding a/chat-operator")
        .contains("Role b/chat-operator", "RoleBinding b/chat-operator")
        .noneMatch(key -> key.startsWith("ClusterRole"));
    var binding = objects.get("RoleBinding a/chat-operator");
    assertThat(binding.at("/subjects/0/namespace").asText()).isEqualTo("chats");
    assertThat(binding.at("/subjects/0/name").asText()).isEqualTo("chat-operator");
    assertThat(objects.get("Role a/chat-operator").get("rules"))
        .isEqualTo(render("{}").get("ClusterRole chat-operator").get("rules"));
  }

  @Test
  void theRightsNameEveryVerbAndNoSecrets() {
    for (var rule : render("{}").get("ClusterRole chat-operator").get("rules")) {
      assertThat(texts(rule.get("verbs"))).doesNotContain("*", "deletecollection");
      assertThat(texts(rule.get("resources"))).doesNotContain("*", "secrets");
      assertThat(texts(rule.get("apiGroups"))).doesNotContain("*");
    }
  }

  @Test
  void theDefinitionIsTheGeneratedOneAndOutlivesTheRelease() throws IOException {
    var definition =
        (ObjectNode)
            render("{}").get("CustomResourceDefinition chatclusters.chatcluster.dev").deepCopy();
    var metadata = (ObjectNode) definition.get("metadata");
    assertThat(metadata.remove("annotations").get("helm.sh/resource-policy").asText())
        .isEqualTo("keep");
    var generated =
        YAML.readTree(CHART.resolve("../../crds/chatclusters.chatcluster.dev.yaml").toFile());
    assertThat(definition).isEqualTo(generated);
  }

  @Test
  void whatIsSwitchedOffIsNotThere() {
    var objects =
        render(
            """
            crds: {install: false}
            rbac: {create: false}
            serviceAccount: {create: false, name: mine}
            """);
    assertThat(objects.keySet()).containsExactly("Deployment chats/chat-operator");
    assertThat(
            objects
                .get("Deployment chats/chat-operator")
                .at("/spec/template/spec/serviceAccountName")
                .asText())
        .isEqualTo("mine");
  }

  @Test
  void thePodTakesWhatTheValuesSayOfItsPlace() {
    var template =
        render(
                """
                podLabels: {team: chat}
                podAnnotations: {a: b}
                nodeSelector: {disk: ssd}
                tolerations: [{key: k, operator: Exists}]
                affinity: {nodeAffinity: {}}
                priorityClassName: high
                imagePullSecrets: [{name: pull}]
                resources: {requests: {cpu: 1}, limits: {memory: 1Gi}}
                global: {anything: true}
                """)
            .get("Deployment chats/chat-operator")
            .at("/spec/template");
    assertThat(template.at("/metadata/labels/team").asText()).isEqualTo("chat");
    assertThat(template.at("/metadata/annotations/a").asText()).isEqualTo("b");
    assertThat(template.at("/spec/nodeSelector/disk").asText()).isEqualTo("ssd");
    assertThat(template.at("/spec/tolerations/0/key").asText()).isEqualTo("k");
    assertThat(template.at("/spec/affinity").has("nodeAffinity")).isTrue();
    assertThat(template.at("/spec/priorityClassName").asText()).isEqualTo("high");
    assertThat(template.at("/spec/imagePullSecrets/0/name").asText()).isEqualTo("pull");
    assertThat(template.at("/spec/containers/0/resources/limits/memory").asText()).isEqualTo("1Gi");
  }

  @Test
  void aLabelOfTheUserCannotTakeThePlaceOfASelectorLabel() {
    assertThatThrownBy(() -> render("podLabels: {app.kubernetes.io/name: other}"))
        .hasMessageContaining("/podLabels/app.kubernetes.io");
  }

  @Test
  void aClusterTooOldForTheDefinitionsRulesIsRefused() {
    assertThatThrownBy(() -> new Helm(CHART).template().withKubeVersion("1.28.9").call())
        .hasMessageContaining("chart requires kubeVersion: >=1.29");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          imag: {}                          | imag
          image: {tagg: a}                  | image
          image: {repository: ''}           | image.repository
          image: {pullPolicy: Sometimes}    | image.pullPolicy
          image: {tag: 1}                   | image.tag
          imagePullSecrets: [pull]          | imagePullSecrets.0
          watchNamespaces: a                | watchNamespaces
          watchNamespaces: [A]              | watchNamespaces.0
          watchNamespaces: [a, a]           | watchNamespaces
          resyncSeconds: 1                  | resyncSeconds
          resyncSeconds: often              | resyncSeconds
          logging: {level: LOUD}            | logging.level
          crds: {install: 'yes'}            | crds.install
          serviceAccount: {nam: a}          | serviceAccount
          resources: {request: {}}          | resources
          podAnnotations: {a: 1}            | podAnnotations.a
          fullnameOverride: Chat            | fullnameOverride
          """)
  void wrongValuesAreRefusedWithTheirPath(String values, String path) {
    var inHelm = path.replace(".", "/");
    assertThatThrownBy(() -> render(values))
        .hasMessageContaining("values don't meet the specifications of the schema")
        .satisfies(e -> assertThat(e.getMessage().replace('.', '/')).contains(inHelm));
  }

  /** Rendered objects by kind, namespace and name. */
  private Map<String, JsonNode> render(String values) {
    try {
      Path file = Files.writeString(folder.resolve("values.yaml"), values);
      TemplateCommand command =
          new Helm(CHART)
              .template()
              .withName("chat-operator")
              .withNamespace("chats")
              .withKubeVersion("1.34.0")
              .withValuesFile(file);
      Map<String, JsonNode> objects = new TreeMap<>();
      try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(command.call())) {
        while (documents.hasNext()) {
          JsonNode object = documents.next();
          if (!object.isObject()) continue;
          var namespace = object.at("/metadata/namespace");
          String name = object.at("/metadata/name").asText();
          String key =
              object.get("kind").asText()
                  + " "
                  + (namespace.isMissingNode() ? "" : namespace.asText() + "/")
                  + name;
          assertThat(objects.put(key, object)).as("a second %s", key).isNull();
        }
      }
      return objects;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode container(Map<String, JsonNode> objects) {
    return objects.get("Deployment chats/chat-operator").at("/spec/template/spec/containers/0");
  }

  private static Map<String, String> environment(JsonNode container) {
    Map<String, String> environment = new TreeMap<>();
    for (var variable : container.get("env"))
      environment.put(variable.get("name").asText(), variable.get("value").asText());
    return environment;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(t -> texts.add(t.asText()));
    return texts;
  }
}
