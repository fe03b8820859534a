package dev.chatcluster.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The ways to break the product, with which {@code chaos.sh --broken} shows that it can fail. */
class BrokenTest {
  private static final Path FOLDER = Path.of("src/test/broken");

  static List<Path> patches() throws IOException {
    try (Stream<Path> all = Files.list(FOLDER)) {
      return all.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("patches")
  void appliesToTheSourcesAsTheyAre(Path patch) throws IOException {
    String source = null;
    List<String> hunk = new ArrayList<>();
    int hunks = 0;
    List<String> lines = new ArrayList<>(Files.readAllLines(patch));
    lines.add("@@");
    for (String line : lines) {
      if (line.startsWith("+++ b/")) source = Files.readString(Path.of("..", line.substring(6)));
      if (line.startsWith("@@") || line.startsWith("diff ")) {
        if (!hunk.isEmpty()) {
          assertThat(source).contains(String.join("\n", hunk));
          hunks++;
        }
        hunk.clear();
      } else if (source != null && (line.startsWith(" ") || line.matches("-(?!-- ).*"))) {
        hunk.add(line.substring(1));
      }
    }
    assertThat(hunks).isPositive();
  }
}
