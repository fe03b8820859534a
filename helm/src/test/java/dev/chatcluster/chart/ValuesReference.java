package dev.chatcluster.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values for people: what the comments in values.yaml say of each. */
final class ValuesReference {
  private static final Pattern KEY = Pattern.compile("^( *)([A-Za-z]+):.*$");

  private ValuesReference() {}

  static String of(List<String> lines, JsonNode values) {
    StringBuilder text =
        new StringBuilder(
            """
            <!-- Made of helm/chat-operator/values.yaml; a test says how it is written anew. -->

            # The values of the chart

            What may be set in `helm install --values`. A value that is not here, or not of its kind, is refused with its path;
            `global` may hold anything and means nothing. What the rights are for: [security.md](../security.md).

            | Value | Default | Meaning |
            |---|---|---|
            """);
    rows("", values, comments(lines), text);
    return text.toString();
  }

  /** A value that has a comment is one row, whatever it holds. */
  private static void rows(
      String path, JsonNode values, Map<String, String> comments, StringBuilder text) {
    for (var value : values.properties()) {
      String name = path + value.getKey();
      String comment = comments.get(name);
      if (comment != null) {
        text.append("| `%s` | `%s` | %s |\n".formatted(name, value.getValue(), comment));
      } else {
        assertThat(value.getValue().isObject() && !value.getValue().isEmpty())
            .as("%s in values.yaml has a comment", name)
            .isTrue();
        rows(name + ".", value.getValue(), comments, text);
      }
    }
  }

  /** The lines right above each key, by the key's path. */
  private static Map<String, String> comments(List<String> lines) {
    Map<String, String> comments = new HashMap<>();
    List<String> path = new ArrayList<>();
    List<String> above = new ArrayList<>();
    for (String line : lines) {
      Matcher key = KEY.matcher(line);
      if (line.strip().startsWith("#")) {
        above.add(line.strip().substring(1).strip());
        continue;
      }
      if (key.matches()) {
        int depth = key.group(1).length() / 2;
        path.subList(depth, path.size()).clear();
        path.add(key.group(2));
        if (!above.isEmpty())
          comments.put(String.join(".", path), String.join(" ", above).replace("|", "\\|"));
      }
      above.clear();
    }
    return comments;
  }
}
