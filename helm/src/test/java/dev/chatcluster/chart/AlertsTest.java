package dev.chatcluster.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.consumer.metrics.ReaderMetrics;
import dev.chatcluster.consumer.metrics.ReplayMetrics;
import dev.chatcluster.consumer.metrics.RouterMetrics;
import dev.chatcluster.consumer.metrics.SendMetrics;
import dev.chatcluster.operator.ChatOperator;
import dev.chatcluster.operator.reconcile.Pace;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An alert on a metric that nobody has would never come. */
class AlertsTest {
  private static final Pattern METRIC = Pattern.compile("\\b(?:chat|operator_sdk)_\\w+(?=\\{)");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=~?\"([^\"]*)\"");

  @TempDir Path folder;

  @Test
  void everyMetricIsOneThatTheOperatorOrAPodTells() {
    Set<String> told = new TreeSet<>();
    Pattern sample = Pattern.compile("(?m)^([a-z_]+)[{ ]");
    for (String scrape : List.of(operator(), framework(), consumer()))
      sample.matcher(scrape).results().forEach(r -> told.add(r.group(1)));
    Set<String> asked = new TreeSet<>();
    for (String expression : expressions(""))
      METRIC.matcher(expression).results().forEach(r -> asked.add(r.group()));
    assertThat(asked).hasSizeGreaterThan(7);
    assertThat(told).containsAll(asked);
  }

  @Test
  void everyMetricOfAPodThatTheDocumentsNameInATableIsOneThatItTells() throws IOException {
    Pattern row = Pattern.compile("(?m)^\\| `(chat_(?:forged|strays?|router|replay)\\w*)");
    Pattern told = Pattern.compile("(?m)^# TYPE (chat_\\w+)");
    Set<String> metrics = new TreeSet<>();
    told.matcher(consumer()).results().forEach(r -> metrics.add(r.group(1)));
    for (String document : List.of("scaling.md", "standalone.md")) {
      String text = Files.readString(Chart.FOLDER.resolve("../../docs").resolve(document));
      assertThat(row.matcher(text).results())
          .isNotEmpty()
          .extracting(r -> r.group(1))
          .allMatch(metrics::contains);
    }
  }

  @Test
  void everyValueOfALabelIsOneThatTheMetricHas() {
    assertThat(consumer()).contains("chat_sends_failed_total{reason=\"unacknowledged\"}");
    assertThat(operator()).contains("chat_operator_chatclusters{ready=\"false\"}");
    for (String expression : expressions(""))
      LABEL
          .matcher(expression)
          .results()
          .forEach(
              r ->
                  assertThat(r.group())
                      .isIn(
                          "namespace=\"chats\"",
                          "ready=\"false\"",
                          "reason=\"unacknowledged\"",
                          "state=\"running\""));
  }

  @Test
  void alertsAboutPodsAreOfTheNamespacesThatAreServed() {
    assertThat(expressions("watchNamespaces: [a, b]"))
        .filteredOn(e -> !e.contains("operator"))
        .isNotEmpty()
        .allMatch(e -> e.contains("namespace=~\"a|b\""));
  }

  @Test
  void everyAlertSaysHowBadItIsWhatItIsAndWhatToDo() {
    for (var rule : rules("")) {
      assertThat(rule.at("/labels/severity").asText()).isIn("critical", "warning");
      assertThat(rule.at("/labels/team").asText()).isEqualTo("chat");
      assertThat(rule.at("/annotations/summary").asText()).isNotBlank();
      assertThat(rule.at("/annotations/description").asText()).endsWith(".");
    }
  }

  @Test
  void everyAlertStandsInTheDocumentAsBadAsItIsAndNoOtherDoes() throws IOException {
    List<String> given =
        rules("").stream()
            .map(rule -> rule.get("alert").asText() + " " + rule.at("/labels/severity").asText())
            .toList();
    Pattern row = Pattern.compile("(?m)^\\| `(Chat\\w+)` \\| (\\w+) \\|");
    Path operations = Chart.FOLDER.resolve("../../docs/operations.md").normalize();
    assertThat(row.matcher(Files.readString(operations)).results())
        .extracting(r -> r.group(1) + " " + r.group(2))
        .isEqualTo(given);
  }

  private List<JsonNode> rules(String values) {
    var rule =
        Chart.render("monitoring: {alerts: true, alertLabels: {team: chat}}\n" + values, folder)
            .get("PrometheusRule chats/chat-operator");
    List<JsonNode> rules = new ArrayList<>();
    for (var group : rule.at("/spec/groups")) group.get("rules").forEach(rules::add);
    return rules;
  }

  private List<String> expressions(String values) {
    return rules(values).stream().map(rule -> rule.get("expr").asText()).toList();
  }

  private static String operator() {
    var pace =
        new Pace(
            Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1));
    try (var client = new KubernetesClientBuilder().withConfig(Config.empty()).build();
        var operator =
            new ChatOperator(client, Set.of(), "image", "test", pace, InstantSource.system())) {
      return operator.metrics();
    }
  }

  private static String framework() {
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var cluster = new ChatCluster();
    cluster.getMetadata().setName("studyhub");
    MicrometerMetrics.withoutPerResourceMetrics(registry)
        .failedReconciliation(cluster, new IllegalStateException(), Map.of());
    return registry.scrape();
  }

  private static String consumer() {
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new ReaderMetrics(registry).partition(0);
    new RouterMetrics(registry).partition(0);
    new SendMetrics(registry);
    new ReplayMetrics(registry);
    return registry.scrape();
  }
}
