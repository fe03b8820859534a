package dev.chatcluster.chart;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatcluster.operator.ChatOperator;
import dev.chatcluster.operator.config.ConfigException;
import dev.chatcluster.operator.config.OperatorConfig;
import dev.chatcluster.operator.reconcile.Pace;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The chart installed on a stage. Its operators run in the test's process, as its Deployment says
 * and with the rights of its service account.
 *
 * @param namespace of the release, whose objects are all named after it
 * @param objects of the chart, by kind, namespace and name
 */
record Release(Stage stage, String namespace, Map<String, JsonNode> objects) {
  private static final Duration OFTEN = Duration.ofSeconds(1);

  /** Installs it into a namespace that is there. */
  static Release install(Stage stage, String namespace, String values) {
    return install(stage, namespace, values, Set.of());
  }

  /**
   * The same but for what it has for some namespaces.
   *
   * @param without these namespaces
   */
  static Release install(Stage stage, String namespace, String values, Set<String> without) {
    var objects =
        Chart.render(
            namespace, "fullnameOverride: %s\n%s".formatted(name(namespace), values), stage.folder);
    var release = new Release(stage, namespace, objects);
    release.create(in -> !without.contains(in));
    return release;
  }

  /** Creates its objects of one of the namespaces. */
  void createIn(String one) {
    create(one::equals);
  }

  private void create(Predicate<String> in) {
    for (JsonNode object : objects.values())
      if (in.test(object.at("/metadata/namespace").asText()))
        stage.create(
            (HasMetadata) Serialization.unmarshal(object.toString(), KubernetesResource.class));
  }

  private static String name(String namespace) {
    return "operator-" + namespace;
  }

  /** The name of its objects. */
  String name() {
    return name(namespace);
  }

  /** A client of the operator's service account. */
  KubernetesClient client() {
    return stage.as(namespace, name());
  }

  /** How the API server calls that account. */
  String user() {
    return "system:serviceaccount:" + namespace + ":" + name();
  }

  /** What its roles give. */
  List<Right> rights() {
    return objects.values().stream()
        .filter(o -> o.get("kind").asText().matches("(Cluster)?Role"))
        .flatMap(role -> Right.of(role).stream())
        .toList();
  }

  /**
   * An operator that has yet to be started.
   *
   * @param pod its name
   * @param ended told why its process would end
   */
  ChatOperator operator(KubernetesClient client, String pod, Consumer<String> ended) {
    try {
      var config = OperatorConfig.read(environment(pod), "test");
      return new ChatOperator(
          client,
          config.namespaces(),
          config.consumerImage(),
          "test",
          new Pace(OFTEN, Duration.ofMillis(100), OFTEN, Duration.ofSeconds(10)),
          InstantSource.system(),
          config.candidate(),
          ended);
    } catch (ConfigException e) {
      throw new AssertionError("the chart's environment", e);
    }
  }

  private Map<String, String> environment(String pod) {
    Map<String, String> environment = new TreeMap<>();
    for (var variable :
        objects
            .get("Deployment " + namespace + "/" + name())
            .at("/spec/template/spec/containers/0/env")) {
      String value =
          switch (variable.at("/valueFrom/fieldRef/fieldPath").asText()) {
            case "metadata.namespace" -> namespace;
            case "metadata.name" -> pod;
            default -> variable.path("value").asText();
          };
      environment.put(variable.get("name").asText(), value);
    }
    return environment;
  }
}
