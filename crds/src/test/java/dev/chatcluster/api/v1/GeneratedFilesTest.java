package dev.chatcluster.api.v1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is generated from the Java types and committed is what they say today. */
class GeneratedFilesTest {
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  static final Path DEFINITION = REPOSITORY.resolve("crds/chatclusters.chatcluster.dev.yaml");
  static final String WRITE = "mvn -pl crds test -Dtest=GeneratedFilesTest -Dgenerated=write";

  @Test
  void theCommittedDefinitionIsThatOfTheJavaTypes() throws IOException {
    isCommitted(DEFINITION, Definition.YAML.writeValueAsString(Definition.generate()));
  }

  @Test
  void theChartBringsTheSameDefinitionWhereHelmNeitherChangesNorDeletesIt() throws IOException {
    isCommitted(
        REPOSITORY.resolve("helm/chat-operator/crds/chatclusters.chatcluster.dev.yaml"),
        Definition.YAML.writeValueAsString(Definition.generate()));
  }

  @Test
  void theReferenceForPeopleSaysWhatTheDefinitionSays() throws IOException {
    isCommitted(
        REPOSITORY.resolve("docs/reference/chatcluster.md"), Reference.of(Definition.generate()));
  }

  @Test
  void everyFieldIsDescribed() {
    List<String> bare = new ArrayList<>();
    bare("", Definition.generate().at("/spec/versions/0/schema/openAPIV3Schema"), bare);
    assertThat(bare).containsExactly(".metadata");
  }

  private static void bare(String path, JsonNode schema, List<String> bare) {
    if (!schema.has("description") && !path.endsWith("[]")) bare.add(path);
    for (var field : schema.path("properties").properties())
      bare(path + "." + field.getKey(), field.getValue(), bare);
    if (schema.at("/items").has("properties")) bare(path + "[]", schema.get("items"), bare);
  }

  private static void isCommitted(Path file, String text) throws IOException {
    if ("write".equals(System.getProperty("generated"))) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
    assertThat(file).as("Run `%s` and commit %s", WRITE, REPOSITORY.relativize(file)).exists();
    assertThat(Files.readString(file))
        .as(
            "%s is not what the Java types say. Run `%s` and commit it",
            REPOSITORY.relativize(file), WRITE)
        .isEqualTo(text);
  }
}
