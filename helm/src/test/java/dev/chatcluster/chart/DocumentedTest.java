package dev.chatcluster.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The values, their schema and the documents say the same. */
class DocumentedTest {
  private static final Path DOCS = Chart.FOLDER.resolve("../../docs").normalize();
  private static final String WRITE =
      "mvn -pl helm -am test -Dtest=DocumentedTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dgenerated=write";

  @TempDir Path folder;
  private JsonNode values;
  private JsonNode schema;

  @BeforeEach
  void read() throws IOException {
    values = Chart.YAML.readTree(Chart.FOLDER.resolve("values.yaml").toFile());
    schema = Chart.YAML.readTree(Chart.FOLDER.resolve("values.schema.json").toFile());
  }

  @Test
  void theReferenceIsMadeOfTheValues() throws IOException {
    Path file = DOCS.resolve("reference/chart.md");
    String text =
        ValuesReference.of(Files.readAllLines(Chart.FOLDER.resolve("values.yaml")), values);
    if ("write".equals(System.getProperty("generated"))) Files.writeString(file, text);
    assertThat(file).as("Run `%s` and commit it", WRITE).content().isEqualTo(text);
  }

  @Test
  void everyValueHasADefaultAndAPlaceInTheSchemaAndNothingElseHas() {
    Set<String> allowed = new TreeSet<>();
    properties("", schema, allowed);
    allowed.remove("global");
    Set<String> given = new TreeSet<>();
    keys("", values, schema, given);
    assertThat(given).isEqualTo(allowed);
  }

  @Test
  void everyObjectOfOurOwnRefusesKeysThatItDoesNotKnow() {
    List<String> open = new ArrayList<>();
    open("", schema, open);
    assertThat(open).isEmpty();
  }

  @Test
  void eachRightHasItsReasonInTheDocumentAndNoOtherIsThere() throws IOException {
    var objects = Chart.render("{}", folder);
    Set<String> given = new TreeSet<>();
    given.addAll(Chart.rights(objects.get("ClusterRole chat-operator").get("rules")));
    Chart.rights(objects.get("Role chats/chat-operator-leader").get("rules"))
        .forEach(right -> given.add(right.replace(" named chat-operator", "")));

    Pattern row = Pattern.compile("(?m)^\\| `([a-z/]+)` \\| ([a-z, ]+) \\| (.+) \\|$");
    Set<String> told = new TreeSet<>();
    row.matcher(Files.readString(DOCS.resolve("security.md")))
        .results()
        .forEach(
            r -> {
              for (String verb : r.group(2).split(", ")) told.add(r.group(1) + " " + verb);
            });
    assertThat(told).isEqualTo(given);
  }

  private static void properties(String path, JsonNode schema, Set<String> names) {
    for (var property : schema.path("properties").properties()) {
      String name = path + property.getKey();
      if (property.getValue().has("properties")) properties(name + ".", property.getValue(), names);
      else names.add(name);
    }
  }

  /** What the schema says nothing of belongs to the value above it. */
  private static void keys(String path, JsonNode values, JsonNode schema, Set<String> names) {
    for (var value : values.properties()) {
      var own = schema.path("properties").path(value.getKey());
      if (own.has("properties")) keys(path + value.getKey() + ".", value.getValue(), own, names);
      else names.add(path + value.getKey());
    }
  }

  private static void open(String path, JsonNode schema, List<String> open) {
    if (schema.has("properties") && schema.path("additionalProperties").asBoolean(true))
      open.add(path);
    for (var property : schema.path("properties").properties())
      open(path + "/" + property.getKey(), property.getValue(), open);
    if (schema.has("items")) open(path + "/items", schema.get("items"), open);
  }
}
