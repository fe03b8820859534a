package dev.chatcluster.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.chatcluster.e2e.process.ChatTopic;
import dev.chatcluster.e2e.process.ConsumerProcess;
import dev.chatcluster.e2e.process.Node;
import dev.chatcluster.kafka.EmbeddedKafka;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The promises that stompjs makes to its users, each one a test in {@code suite.mjs}. */
@Tag("slow")
class StompjsTest {
  private static final Pattern RESULT = Pattern.compile("^(not ok|ok) \\d+ - (.*)$");

  @TempDir Path folder;

  @TestFactory
  List<DynamicTest> stompjs() throws Exception {
    // A test that is skipped is counted and says why; a factory that is, is neither.
    if (!Node.present()) return List.of(dynamicTest("stompjs under Node", Node::required));
    Node.required();
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder)) {
      ChatTopic topic = ChatTopic.createEmpty(kafka.bootstrapServers(), "chat", 2);
      Map<String, String> environment = new HashMap<>(topic.consumer("all"));
      environment.put("CHAT_ROOMS_SOURCE", "Key");
      environment.put("CHAT_ROOMS_PARTITIONING", "KafkaDefault");
      try (ConsumerProcess consumer = ConsumerProcess.start(environment)) {
        URI uri = consumer.webSocket();
        Process node =
            Node.start(
                "suite",
                Map.of("CHAT_URL", "ws://" + uri.getAuthority()),
                List.of("--test-reporter=tap", "suite.mjs"));
        String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        node.waitFor();
        List<DynamicTest> tests = tests(output.lines().toList());
        assertThat(tests).as("tests in what Node printed:\n%s", output).hasSizeGreaterThan(30);
        return tests;
      }
    }
  }

  private static List<DynamicTest> tests(List<String> lines) {
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher result = RESULT.matcher(lines.get(i));
      if (!result.matches()) continue;
      int end = i + 1;
      while (end < lines.size() && lines.get(end).startsWith("  ")) end++;
      String details = String.join("\n", lines.subList(i, end));
      boolean ok = result.group(1).equals("ok");
      tests.add(
          dynamicTest(
              result.group(2),
              () -> {
                if (!ok) fail(details);
              }));
    }
    return tests;
  }
}
