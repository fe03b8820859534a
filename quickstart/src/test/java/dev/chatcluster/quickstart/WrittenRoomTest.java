package dev.chatcluster.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.chatcluster.roomlog.room.Located;
import dev.chatcluster.roomlog.room.RoomSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the quickstart writes is found in the room that it is written to. */
class WrittenRoomTest {
  @TempDir Path folder;

  static Stream<String> rooms() {
    return Stream.of(
        "0", "7", "007", "00", "-7", "1e3", "9007199254740993", "123456789012345678901", "lobby");
  }

  private static Located room(String json) {
    RoomSource source = new RoomSource.Json("/roomId");
    return source.locate(null, new RecordHeaders(), json.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void ofTheProducer(String room) {
    assertThat(room(Produce.value(room, "me", "hello").toString())).isEqualTo(new Located.In(room));
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void ofThePage(String room) throws Exception {
    Path script = folder.resolve("message.mjs");
    Files.copy(Path.of("src/main/resources/page/message.js"), script);
    String call =
        "import {message} from './message.mjs'; console.log(JSON.stringify(message('"
            + room
            + "', 'me', 'hello')))";
    assertThat(room(node(call))).isEqualTo(new Located.In(room));
  }

  private String node(String module) throws InterruptedException, IOException {
    Process node;
    try {
      node =
          new ProcessBuilder("node", "--input-type=module", "-e", module)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .start();
    } catch (IOException absent) {
      return abort("Node is not on the PATH: the page's script cannot be run.");
    }
    String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(node.waitFor()).as(said).isZero();
    return said;
  }
}
