package dev.chatcluster.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chatcluster.operator.status.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.lib.jse.JsePlatform;

/** The script of docs/examples that tells Argo CD how a ChatCluster is. */
class ArgoHealthTest {
  private static final Path SCRIPT =
      Chart.FOLDER.resolve("../../docs/examples/argocd-health.lua").normalize();

  @ParameterizedTest
  @CsvSource({
    "True, Ready, Healthy",
    "False, CreatingTopic, Progressing",
    "False, Starting, Progressing",
    "False, Rescaling, Progressing",
    "False, RollingOut, Progressing",
    "False, Deleting, Progressing",
    "False, Paused, Suspended"
  })
  void isThatOfTheConditionReady(String status, String reason, String health) throws IOException {
    LuaTable told = healthOf(2, status, reason);
    assertThat(told.get("status").tojstring()).isEqualTo(health);
    assertThat(told.get("message").tojstring()).isEqualTo(reason + ": words");
  }

  static Stream<String> problems() {
    return Arrays.stream(Reason.values()).map(Reason::toString);
  }

  @ParameterizedTest
  @MethodSource("problems")
  void isDegradedForWhateverIsWrong(String reason) throws IOException {
    assertThat(healthOf(2, "False", reason).get("status").tojstring()).isEqualTo("Degraded");
  }

  @Test
  void isOfNoFormerSpecAndComesOfNoStatus() throws IOException {
    assertThat(healthOf(1, "True", "Ready").get("status").tojstring()).isEqualTo("Progressing");
    String young = "{metadata: {generation: 1}}";
    assertThat(healthOf(young).get("status").tojstring()).isEqualTo("Progressing");
  }

  private static LuaTable healthOf(int observed, String status, String reason) throws IOException {
    return healthOf(
        """
        metadata: {generation: 2}
        status:
          observedGeneration: %d
          conditions:
          - {type: TopicReady, status: "False", reason: X, message: x}
          - {type: Ready, status: "%s", reason: %s, message: words}
          - {type: Warning, status: "True", reason: X, message: x}
        """
            .formatted(observed, status, reason));
  }

  private static LuaTable healthOf(String object) throws IOException {
    Globals globals = JsePlatform.standardGlobals();
    globals.set("obj", lua(Chart.YAML.readTree(object)));
    return globals.load(Files.readString(SCRIPT)).call().checktable();
  }

  private static LuaValue lua(JsonNode node) {
    if (node.isInt()) return LuaValue.valueOf(node.asInt());
    if (node.isTextual()) return LuaValue.valueOf(node.asText());
    LuaTable table = new LuaTable();
    if (node.isArray()) {
      node.forEach(each -> table.set(table.length() + 1, lua(each)));
    } else {
      node.properties().forEach(each -> table.set(each.getKey(), lua(each.getValue())));
    }
    return table;
  }
}
