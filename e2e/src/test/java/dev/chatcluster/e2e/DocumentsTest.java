package dev.chatcluster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DocumentsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");
  private static final Pattern PLACE =
      Pattern.compile("`([a-z-]+(?:/[A-Za-z]+)+)(?:\\.[a-z]\\w*)?/?`");
  private static final Map<String, String> MODULES =
      Map.of(
          "room-log", "roomlog",
          "kafka-access", "access",
          "chat-consumer", "consumer",
          "operator", "operator",
          "quickstart", "quickstart");

  @Test
  void everyLinkOfADocumentLeadsToAFile() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path document : documents()) {
      Matcher links = LINK.matcher(Files.readString(document));
      while (links.find()) {
        String target = links.group(1);
        if (target.contains("://")) continue;
        if (!Files.exists(document.getParent().resolve(target))) {
          broken.add(ROOT.relativize(document) + " -> " + target);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void everyPlaceThatTheArchitectureNamesIsThere() throws IOException {
    List<String> missing = new ArrayList<>();
    Matcher places = PLACE.matcher(Files.readString(ROOT.resolve("docs/architecture.md")));
    int seen = 0;
    while (places.find()) {
      seen++;
      String place = places.group(1);
      String module = place.substring(0, place.indexOf('/'));
      Path source =
          place.contains("/src/")
              ? ROOT.resolve(place)
              : MODULES.containsKey(module)
                  ? sources(module).resolve(place.substring(module.length() + 1))
                  : sources("chat-consumer").resolve(place);
      if (!Files.exists(source) && !Files.exists(Path.of(source + ".java"))) missing.add(place);
    }
    assertThat(missing).isEmpty();
    assertThat(seen).isGreaterThan(20);
  }

  private static Path sources(String module) {
    return ROOT.resolve(module + "/src/main/java/dev/chatcluster/" + MODULES.get(module));
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs)
          .filter(file -> file.toString().endsWith(".md"))
          .toList();
    }
  }
}
