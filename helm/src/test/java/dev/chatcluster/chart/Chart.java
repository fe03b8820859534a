package dev.chatcluster.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The chart, and what Helm makes of it. */
final class Chart {
  static final Path FOLDER = Path.of("chat-operator").toAbsolutePath();
  static final Path DEFINITION = FOLDER.resolve("crds/chatclusters.chatcluster.dev.yaml");
  static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  private Chart() {}

  /** A file with these values. */
  static Path file(String values, Path folder) {
    try {
      return Files.writeString(folder.resolve("values.yaml"), values);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Rendered objects by kind, namespace and name. */
  static Map<String, JsonNode> render(String values, Path folder) {
    return render("chats", values, folder);
  }

  /** The same of a release in another namespace. */
  static Map<String, JsonNode> render(String releaseNamespace, String values, Path folder) {
    var command =
        new Helm(FOLDER)
            .template()
            .withName("chat-operator")
            .withNamespace(releaseNamespace)
            .withKubeVersion("1.34.0")
            .withValuesFile(file(values, folder));
    // There is no cluster whose CRD could be looked at.
    if (!values.contains("crds")) command.set("crds.check", false);
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
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return objects;
  }

  /** Each right that the rules of a role give: what, of which name, and the verb. */
  static SortedSet<String> rights(JsonNode rules) {
    SortedSet<String> rights = new TreeSet<>();
    for (var rule : rules)
      for (var resource : rule.get("resources"))
        for (var verb : rule.get("verbs")) {
          String named = "";
          for (var name : rule.path("resourceNames")) named += " named " + name.asText();
          rights.add(resource.asText() + named + " " + verb.asText());
        }
    return rights;
  }
}
