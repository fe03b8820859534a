package dev.chatcluster.consumer.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page for writers of clients names the headers of theirs that never arrive. */
class DocumentedHeadersTest {
  private static final Pattern LIST =
      Pattern.compile(
          "the server's on MESSAGE, whether it\\s+sends one of that name or not: ([^.]+)\\.");
  private static final Pattern NAME = Pattern.compile("`([a-z-]+)`");

  @Test
  void areThoseOfTheServer() throws IOException {
    var list = LIST.matcher(Files.readString(Path.of("../docs/clients.md")));
    assertThat(list.find()).isTrue();
    assertThat(NAME.matcher(list.group(1)).results().map(name -> name.group(1)))
        .containsExactlyInAnyOrderElementsOf(MessageFrame.OWN_HEADERS);
  }
}
