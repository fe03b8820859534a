package dev.chatcluster.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page for users that says of each reason what it means and what to do. */
class ConditionsPageTest {
  private static final Path PAGE = Path.of("../docs/conditions.md");

  @Test
  void everyReasonHasExactlyOneRowWithARemedy() throws IOException {
    String page = Files.readString(PAGE);
    var row = Pattern.compile("(?m)^\\| `(\\w+)` \\| [^|]+ \\| [^|]+ \\|$").matcher(page);
    var reasons = Arrays.stream(Reason.values()).map(Reason::toString).toList();
    List<String> explained = new ArrayList<>();
    while (row.find()) {
      if (reasons.contains(row.group(1))) explained.add(row.group(1));
    }
    assertThat(explained).containsExactlyInAnyOrderElementsOf(reasons);
  }

  @Test
  void theReasonsOfReadyWithoutAProblemStandAlsoInItsRow() throws IOException {
    String page = Files.readString(PAGE);
    String cases =
        page.substring(page.indexOf("Ready is False without"), page.indexOf("## The spec"));
    List<String> reasons = named("(?m)^\\| `(\\w+)` \\|", cases);
    assertThat(reasons).contains("Rescaling", "Starting", "RollingOut", "Paused");
    String row =
        page.lines().filter(l -> l.startsWith("| `Ready` | The spec")).findFirst().orElseThrow();
    String whenFalse = row.substring(row.indexOf("gravest problem"));
    assertThat(named("`(\\w+)`", whenFalse)).containsExactlyInAnyOrderElementsOf(reasons);
  }

  private static List<String> named(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(m -> m.group(1)).toList();
  }
}
