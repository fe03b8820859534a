package dev.chatcluster.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code quickstart.sh} where there is nothing that could be built. */
class ScriptTest {
  private static final String USAGE = "quickstart/src/main/resources/usage.txt";

  @TempDir Path folder;

  private record Said(int code, String text) {}

  @BeforeEach
  void copy() throws IOException {
    Files.createDirectories(folder.resolve(USAGE).getParent());
    for (String file : List.of("quickstart.sh", USAGE)) {
      Files.copy(Path.of("..").resolve(file), folder.resolve(file));
    }
  }

  private Said run(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        Stream.concat(
                Stream.of("bash", folder.resolve("quickstart.sh").toString()), Stream.of(arguments))
            .toList();
    Process script = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(script.getInputStream().readAllBytes());
    return new Said(script.waitFor(), text);
  }

  @Test
  void helpsBeforeAnythingIsBuilt() throws Exception {
    Said usage = new Said(0, Options.help());
    assertThat(usage.text()).startsWith("Usage: ./quickstart.sh").contains("--kafka-port PORT");
    assertThat(run("--help")).isEqualTo(usage);
    assertThat(run("produce", "--room", "1", "-h")).isEqualTo(usage);
  }

  @Test
  void refusesAnUnknownOptionBeforeAnythingIsBuilt() throws Exception {
    assertThat(run("--nope"))
        .isEqualTo(new Said(1, "There is no option --nope; --help lists them.\n"));
    assertThat(run("produce", "--room", "1", "--romm", "2"))
        .isEqualTo(new Said(1, "There is no option --romm; --help lists them.\n"));
    // What follows an option is its value, and these get as far as to what is missing here.
    assertThat(run("--state", "--nope").text()).doesNotContain("no option");
    assertThat(run("produce", "--text", "--nope").text()).doesNotContain("no option");
  }

  @Test
  void refusesAnOptionWithoutItsValueBeforeAnythingIsBuilt() throws Exception {
    assertThat(run("--kafka-port", "0", "--state"))
        .isEqualTo(new Said(1, "The option --state needs a value.\n"));
  }
}
