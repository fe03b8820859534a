package dev.chatcluster.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChartTest {
  @TempDir Path folder;

  @Test
  void itLintsWithoutAWarning() {
    var result = new Helm(Chart.FOLDER).lint().strict().call();
    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    assertThat(result.getMessages())
        .noneMatch(m -> m.contains("[WARNING]") || m.contains("[ERROR]"));
  }

  @Test
  void itPackages() {
    new Helm(Chart.FOLDER).packageIt().withDestination(folder).call();
    assertThat(folder.resolve("chat-operator-0.2.0.tgz")).isNotEmptyFile();
  }

  @Test
  void withNoValuesItBringsTheOperatorWithRightsInAllNamespaces() {
    assertThat(render("{}").keySet())
        .containsExactlyInAnyOrder(
            "ServiceAccount chats/chat-operator",
            "ClusterRole chat-operator",
            "ClusterRoleBinding chat-operator",
            "Role chats/chat-operator-leader",
            "RoleBinding chats/chat-operator-leader",
            "Deployment chats/chat-operator",
            "PodDisruptionBudget chats/chat-operator");
  }

  @Test
  void severalOperatorsElectALeaderByALeaseOfTheirOwnNamespace() {
    var objects = render("fullnameOverride: ops");
    var deployment = objects.get("Deployment chats/ops");
    assertThat(deployment.at("/spec/replicas").asInt()).isEqualTo(2);
    assertThat(deployment.at("/spec/strategy/type").asText()).isEqualTo("RollingUpdate");
    assertThat(environment(deployment.at("/spec/template/spec/containers/0")))
        .containsEntry("CHAT_OPERATOR_LEADER_ELECTION", "true")
        .containsEntry("CHAT_OPERATOR_LEASE_NAME", "ops")
        .containsEntry("CHAT_OPERATOR_POD_NAMESPACE", "field metadata.namespace")
        .containsEntry("CHAT_OPERATOR_POD_NAME", "field metadata.name");
    assertThat(objects.get("PodDisruptionBudget chats/ops").at("/spec/maxUnavailable").asInt())
        .isEqualTo(1);
    assertThat(objects.get("PodDisruptionBudget chats/ops").at("/spec/selector"))
        .isEqualTo(deployment.at("/spec/selector"));
    var rules = objects.get("Role chats/ops-leader").get("rules");
    assertThat(Chart.rights(rules))
        .containsExactly("leases create", "leases named ops get", "leases named ops update");
    assertThat(objects.get("RoleBinding chats/ops-leader").at("/subjects/0/name").asText())
        .isEqualTo("ops");
    var spread = deployment.at("/spec/template/spec/topologySpreadConstraints/0");
    assertThat(spread.get("whenUnsatisfiable").asText()).isEqualTo("ScheduleAnyway");
    assertThat(spread.at("/labelSelector")).isEqualTo(deployment.at("/spec/selector"));
  }

  @Test
  void oneOperatorElectsNobodyAndIsStoppedBeforeTheNextStarts() {
    var objects = render("replicas: 1");
    assertThat(objects.keySet())
        .noneMatch(key -> key.contains("leader") || key.startsWith("PodDisruptionBudget"));
    var deployment = objects.get("Deployment chats/chat-operator");
    assertThat(deployment.at("/spec/replicas").asInt()).isEqualTo(1);
    assertThat(deployment.at("/spec/strategy/type").asText()).isEqualTo("Recreate");
    assertThat(environment(container(objects)).keySet())
        .noneMatch(name -> name.matches(".*(LEADER|LEASE|POD).*"));
    assertThat(deployment.at("/spec/template/spec").has("topologySpreadConstraints")).isFalse();
  }

  @Test
  void onlyTheOperatorsPodGetsATokenOfTheServiceAccount() {
    var objects = render("{}");
    assertThat(
            objects
                .get("ServiceAccount chats/chat-operator")
                .get("automountServiceAccountToken")
                .asBoolean(true))
        .isFalse();
    assertThat(
            objects
                .get("Deployment chats/chat-operator")
                .at("/spec/template/spec/automountServiceAccountToken")
                .asBoolean())
        .isTrue();
  }

  @Test
  void theNetworkPolicyLetsInOnlyWhatIsForTheManagementPort() {
    var open =
        render("networkPolicy: {create: true}")
            .get("NetworkPolicy chats/chat-operator")
            .get("spec");
    assertThat(open.at("/podSelector"))
        .isEqualTo(render("{}").get("Deployment chats/chat-operator").at("/spec/selector"));
    assertThat(texts(open.get("policyTypes"))).containsExactly("Ingress");
    assertThat(open.get("ingress")).hasSize(1);
    assertThat(open.at("/ingress/0/ports")).hasSize(1);
    assertThat(open.at("/ingress/0/ports/0/port").asText()).isEqualTo("management");
    assertThat(open.at("/ingress/0").has("from")).isFalse();
    assertThat(open.has("egress")).isFalse();

    var narrow =
        render(
                """
                networkPolicy:
                  create: true
                  from: [{namespaceSelector: {matchLabels: {team: monitoring}}}]
                  egress: [{ports: [{port: 443}]}, {ports: [{port: 9092}]}]
                """)
            .get("NetworkPolicy chats/chat-operator")
            .get("spec");
    assertThat(texts(narrow.get("policyTypes"))).containsExactly("Ingress", "Egress");
    assertThat(narrow.at("/ingress/0/ports")).hasSize(1);
    assertThat(narrow.at("/ingress/0/from/0/namespaceSelector/matchLabels/team").asText())
        .isEqualTo("monitoring");
    assertThat(narrow.at("/egress/1/ports/0/port").asInt()).isEqualTo(9092);
  }

  @Test
  void podsAreScrapedOnTheirManagementPortWhereTheyAreServed() {
    var everywhere = render("monitoring: {operator: true, consumers: true, interval: 1m}");
    var operator = everywhere.get("PodMonitor chats/chat-operator").get("spec");
    assertThat(operator.at("/selector"))
        .isEqualTo(everywhere.get("Deployment chats/chat-operator").at("/spec/selector"));
    var consumers = everywhere.get("PodMonitor chats/chat-operator-consumers").get("spec");
    for (var monitor : List.of(operator, consumers)) {
      assertThat(monitor.at("/podMetricsEndpoints/0/port").asText()).isEqualTo("management");
      assertThat(monitor.at("/podMetricsEndpoints/0/interval").asText()).isEqualTo("1m");
    }
    assertThat(consumers.at("/namespaceSelector/any").asBoolean()).isTrue();
    var some = render("{monitoring: {consumers: true}, watchNamespaces: [a, b]}");
    assertThat(
            texts(
                some.get("PodMonitor chats/chat-operator-consumers")
                    .at("/spec/namespaceSelector/matchNames")))
        .containsExactly("a", "b");
    assertThat(some.keySet()).doesNotContain("PodMonitor chats/chat-operator");
  }

  @Test
  void withEverythingOptionalOnEachObjectHasTheCommonLabelsAndSelectorsHaveNone() {
    var objects =
        render(
            """
            replicas: 3
            watchNamespaces: [a]
            networkPolicy: {create: true}
            monitoring:
              operator: true
              consumers: true
              alerts: true
              labels: {release: prometheus, team: monitoring}
              alertLabels: {team: chat}
            commonLabels: {team: chat, cost: low}
            podLabels: {team: operator}
            extraEnv:
              - {name: HTTPS_PROXY, value: "http://proxy:3128"}
              - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
            topologySpreadConstraints:
              - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}
              - {maxSkew: 2, topologyKey: rack, whenUnsatisfiable: DoNotSchedule, labelSelector: {}}
            """);
    assertThat(objects.keySet())
        .containsExactlyInAnyOrder(
            "ServiceAccount chats/chat-operator",
            "Role a/chat-operator",
            "RoleBinding a/chat-operator",
            "Role chats/chat-operator-leader",
            "RoleBinding chats/chat-operator-leader",
            "Deployment chats/chat-operator",
            "PodDisruptionBudget chats/chat-operator",
            "NetworkPolicy chats/chat-operator",
            "PodMonitor chats/chat-operator",
            "PodMonitor chats/chat-operator-consumers",
            "PrometheusRule chats/chat-operator");
    objects.forEach(
        (key, object) -> {
          var labels = object.at("/metadata/labels");
          assertThat(labels.path("cost").asText()).as(key).isEqualTo("low");
          assertThat(labels.path("app.kubernetes.io/instance").asText())
              .as(key)
              .isEqualTo("chat-operator");
          boolean monitoring = key.startsWith("PodMonitor") || key.startsWith("PrometheusRule");
          assertThat(labels.path("team").asText())
              .as(key)
              .isEqualTo(monitoring ? "monitoring" : "chat");
        });
    var deployment = objects.get("Deployment chats/chat-operator");
    assertThat(deployment.at("/spec/template/metadata/labels/team").asText()).isEqualTo("operator");
    assertThat(deployment.at("/spec/template/metadata/labels/cost").asText()).isEqualTo("low");
    assertThat(deployment.at("/spec/selector/matchLabels")).hasSize(2);
    assertThat(environment(container(objects)))
        .containsEntry("HTTPS_PROXY", "http://proxy:3128")
        .containsEntry("NODE", "field spec.nodeName");
    var spread = deployment.at("/spec/template/spec/topologySpreadConstraints");
    assertThat(spread).hasSize(2);
    assertThat(spread.at("/0/labelSelector")).isEqualTo(deployment.at("/spec/selector"));
    assertThat(spread.at("/1/labelSelector")).isEmpty();
  }

  @Test
  void theNotesTellTheNextCommand() {
    assertThat(notes("{}"))
        .contains(
            "kubectl --namespace chats rollout status deployment/chat-operator",
            "kubectl apply -f - <<EOF",
            "serves the ChatClusters of all namespaces",
            "kubectl get chatclusters\n")
        .doesNotContain("rbac.create");
    assertThat(notes("{watchNamespaces: [a, b], rbac: {create: false}}"))
        .contains(
            "serves the ChatClusters of namespace a, b",
            "kubectl get chatclusters --namespace a",
            "rbac.create is false");
  }

  private String notes(String values) {
    return new Helm(Chart.FOLDER)
        .install()
        .withName("chat-operator")
        .withNamespace("chats")
        .withKubeVersion("1.34.0")
        .withValuesFile(Chart.file(values, folder))
        .set("crds.check", false)
        .clientOnly()
        .dryRun()
        .call()
        .getOutput();
  }

  @Test
  void theVersionIsThatOfTheBuild() throws IOException {
    var chart = Chart.YAML.readTree(Chart.FOLDER.resolve("Chart.yaml").toFile());
    assertThat(chart.get("appVersion").asText()).isEqualTo(System.getProperty("project.version"));
  }

  @Test
  void theOperatorsEnvironmentIsThatOfTheValues() {
    var values =
        """
        replicas: 1
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
    assertThat(container.at("/startupProbe/httpGet/path").asText()).isEqualTo("/health/live");
    assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/health/ready");
    assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/health/live");
  }

  @Test
  void withNamespacesThereIsARoleInEachAndNothingForTheWholeCluster() {
    var objects = render("watchNamespaces: [a, b]");
    assertThat(objects.keySet())
        .contains("Role a/chat-operator", "RoleBinding a/chat-operator")
        .contains("Role b/chat-operator", "RoleBinding b/chat-operator")
        .noneMatch(key -> key.startsWith("ClusterRole"))
        .filteredOn(key -> key.startsWith("Role"))
        .hasSize(6);
    var binding = objects.get("RoleBinding a/chat-operator");
    assertThat(binding.at("/subjects/0/namespace").asText()).isEqualTo("chats");
    assertThat(binding.at("/subjects/0/name").asText()).isEqualTo("chat-operator");
    assertThat(objects.get("Role a/chat-operator").get("rules"))
        .isEqualTo(render("{}").get("ClusterRole chat-operator").get("rules"));
  }

  @Test
  void namesThatYamlWouldTakeForNumbersOrTruthsStayNames() {
    var objects =
        Chart.render(
            "2024",
            "{watchNamespaces: ['7'], nameOverride: 'true', serviceAccount: {name: '42'},"
                + " networkPolicy: {create: true}, monitoring: {operator: true, consumers: true,"
                + " alerts: true}}",
            folder);
    assertThat(objects).containsKeys("Role 7/chat-operator-true", "ServiceAccount 2024/42");
    objects.values().forEach(object -> names("", object));
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "null"})
  void aFullNameThatYamlWouldTakeForSomethingElseStaysAName(String name) {
    for (String sight : List.of("[]", "[a]")) {
      var objects =
          Chart.render(
              "chats",
              "{fullnameOverride: '%s', watchNamespaces: %s, networkPolicy: {create: true},"
                      .formatted(name, sight)
                  + " monitoring: {operator: true, consumers: true, alerts: true}}",
              folder);
      objects.values().forEach(object -> names("", object));
      assertThat(objects.get("Role chats/" + name + "-leader").at("/rules/0/resourceNames/0"))
          .isEqualTo(TextNode.valueOf(name));
    }
  }

  private static void names(String field, JsonNode value) {
    if (field.matches("namespace|name|value|serviceAccountName|app\\.kubernetes\\.io/.*")) {
      assertThat(value.isTextual()).as("%s: %s is a text", field, value).isTrue();
    }
    if (value.isArray()) value.forEach(each -> names("", each));
    value.properties().forEach(each -> names(each.getKey(), each.getValue()));
  }

  @Test
  void theRightsNameEveryVerbAndOfSecretsOnlyToReadThemByName() {
    var objects = render("{}");
    List<JsonNode> rules = new ArrayList<>();
    objects.get("ClusterRole chat-operator").get("rules").forEach(rules::add);
    objects.get("Role chats/chat-operator-leader").get("rules").forEach(rules::add);
    for (var rule : rules) {
      assertThat(texts(rule.get("verbs"))).doesNotContain("*", "deletecollection");
      assertThat(texts(rule.get("resources"))).doesNotContain("*");
      assertThat(texts(rule.get("apiGroups"))).doesNotContain("*");
      if (texts(rule.get("resources")).contains("secrets")) {
        assertThat(texts(rule.get("resources"))).containsExactly("secrets");
        assertThat(texts(rule.get("verbs"))).containsExactly("get");
      }
    }
  }

  @Test
  void theSecretsThatMayBeReadCanBeNamed() {
    var rules = render("rbac: {secretNames: [kafka-ca, kafka-user]}");
    assertThat(Chart.rights(rules.get("ClusterRole chat-operator").get("rules")))
        .contains("secrets named kafka-ca named kafka-user get")
        .doesNotContain("secrets get");
    assertThat(Chart.rights(render("{}").get("ClusterRole chat-operator").get("rules")))
        .contains("secrets get");
  }

  @Test
  void theTokenEndpointsReachTheOperator() {
    var container =
        render("kafka: {tokenEndpoints: ['https://a/t', 'https://b/t']}")
            .get("Deployment chats/chat-operator")
            .at("/spec/template/spec/containers/0");
    assertThat(container.get("env"))
        .anySatisfy(
            env -> {
              assertThat(env.get("name").asText()).isEqualTo("CHAT_OPERATOR_TOKEN_ENDPOINTS");
              assertThat(env.get("value").asText()).isEqualTo("https://a/t,https://b/t");
            });
  }

  @Test
  void theDefinitionIsNoObjectOfTheReleaseSoThatNothingOfItIsEverTakenAway() {
    assertThat(render("{}").keySet()).noneMatch(key -> key.startsWith("CustomResourceDefinition"));
    assertThat(new Helm(Chart.FOLDER).show().crds().call())
        .contains("name: chatclusters.chatcluster.dev");
  }

  @Test
  void whatIsSwitchedOffIsNotThere() {
    var objects =
        render(
            """
            rbac: {create: false}
            serviceAccount: {create: false, name: mine}
            podDisruptionBudget: {create: false}
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
  void rightsAreNotGivenToAServiceAccountThatOtherPodsHave() {
    for (String name : List.of("\"\"", "default")) {
      String values = "serviceAccount: {create: false, name: %s}".formatted(name);
      assertThatThrownBy(() -> render(values)).hasMessageContaining("serviceAccount.name");
    }
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
    assertThatThrownBy(() -> new Helm(Chart.FOLDER).template().withKubeVersion("1.28.9").call())
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
          crds: {check: 'yes'}              | crds.check
          crds: {install: true}             | crds
          serviceAccount: {nam: a}          | serviceAccount
          resources: {request: {}}          | resources
          resources: {limits: {memory: 256 MB}} | resources.limits.memory
          resources: {requests: {cpu: -1}}  | resources.requests.cpu
          replicas: 0                       | replicas
          replicas: two                     | replicas
          kafka: {tokenEndpoints: [id]}     | kafka.tokenEndpoints.0
          rbac: {secretNames: [Kafka_CA]}   | rbac.secretNames.0
          extraEnv: {A: b}                  | extraEnv
          extraEnv: [{value: b}]            | extraEnv.0
          extraEnv: [{name: CHAT_OPERATOR_NAMESPACES, value: b}] | extraEnv.0.name
          podDisruptionBudget: {minAvailable: 1} | podDisruptionBudget
          networkPolicy: {create: 1}        | networkPolicy.create
          networkPolicy: {from: all}        | networkPolicy.from
          networkPolicy: {egress: [kafka]}  | networkPolicy.egress.0
          monitoring: {interval: often}     | monitoring.interval
          monitoring: {labels: {app.kubernetes.io/name: a}} | monitoring.labels
          commonLabels: {app.kubernetes.io/instance: a} | commonLabels
          topologySpreadConstraints: [{maxSkew: 1}] | topologySpreadConstraints.0
          tolerations: [all]                | tolerations.0
          nodeSelector: {disk: true}        | nodeSelector.disk
          podAnnotations: {a: 1}            | podAnnotations.a
          fullnameOverride: Chat            | fullnameOverride
          """)
  void wrongValuesAreRefusedWithTheirPath(String values, String path) {
    var inHelm = path.replace(".", "/");
    assertThatThrownBy(() -> render(values))
        .hasMessageContaining("values don't meet the specifications of the schema")
        .satisfies(e -> assertThat(e.getMessage().replace('.', '/')).contains(inHelm));
  }

  @Test
  void aValueOfAnotherKindIsRefusedWithItsPathWhereverItStands() throws IOException {
    var schema = Chart.YAML.readTree(Chart.FOLDER.resolve("values.schema.json").toFile());
    List<String> paths = new ArrayList<>();
    paths(schema, "", schema, paths);
    assertThat(paths).hasSizeGreaterThan(40).contains("/image/tag[]", "/rbac/create", "/replicas");
    for (String path : paths) {
      String value = path.endsWith("[]") ? "[]" : "x";
      String[] keys = path.replace("[]", "").substring(1).split("/");
      String values = "{" + String.join(": {", keys) + ": " + value + "}".repeat(keys.length);
      assertThatThrownBy(() -> render(values))
          .as(values)
          .hasMessageContaining("values don't meet the specifications of the schema")
          .hasMessageContaining("at '/" + String.join("/", keys) + "'");
    }
  }

  /** Of each value; a text, which {@code x} would be, with brackets behind it. */
  private static void paths(JsonNode schema, String path, JsonNode value, List<String> paths) {
    var reference = value.path("$ref").asText();
    var own = reference.isEmpty() ? value : schema.at(reference.substring(1));
    if (!path.isEmpty()) paths.add(path + (own.path("type").asText().equals("string") ? "[]" : ""));
    for (var property : own.path("properties").properties())
      paths(schema, path + "/" + property.getKey(), property.getValue(), paths);
  }

  private Map<String, JsonNode> render(String values) {
    return Chart.render(values, folder);
  }

  private static JsonNode container(Map<String, JsonNode> objects) {
    return objects.get("Deployment chats/chat-operator").at("/spec/template/spec/containers/0");
  }

  private static Map<String, String> environment(JsonNode container) {
    Map<String, String> environment = new TreeMap<>();
    for (var variable : container.get("env"))
      environment.put(
          variable.get("name").asText(),
          variable.has("value")
              ? variable.get("value").asText()
              : "field " + variable.at("/valueFrom/fieldRef/fieldPath").asText());
    return environment;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(t -> texts.add(t.asText()));
    return texts;
  }
}
