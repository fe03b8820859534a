package dev.chatcluster.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;

/** What a request is answered with. */
sealed interface Answer {
  /** A JSON document, with warnings for the client's user. */
  record Document(int code, JsonNode body, List<String> warnings) implements Answer {
    Document(JsonNode body) {
      this(200, body, List.of());
    }
  }

  /** A text. */
  record Text(String text) implements Answer {}

  /** Changes, until the client or the time ends it. */
  record Changes(WatchedObjects objects, long timeoutSeconds) implements Answer {}

  /**
   * A log file, and if wanted what is added to it.
   *
   * @param tailLines negative for all
   */
  record Log(Path file, boolean follow, long tailLines) implements Answer {}
}
