package dev.chatcluster.consumer.logging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LogFormatTest {
  private static LogRecord line(String message, Throwable error) {
    LogRecord line = new LogRecord(Level.WARNING, message);
    line.setLoggerName("dev.chatcluster.consumer.reader.PartitionReader");
    line.setThrown(error);
    return line;
  }

  @Test
  void aTextLineHasTimeLevelSourceAndMessage() {
    assertThat(new TextFormat().format(line("it {0} is", null)))
        .matches("\\d{4}-\\d\\d-\\d\\dT[^ ]+ WARN PartitionReader it \\{0} is\n");
  }

  @Test
  void aJsonLineIsOneObjectWhateverTheMessageHolds() throws IOException {
    String text =
        new JsonFormat("studyhub", "1", "pod-a")
            .format(line("a \"quote\"\nand a line", new IllegalStateException("why")));
    assertThat(text).endsWith("}\n").satisfies(t -> assertThat(t.strip()).doesNotContain("\n"));
    Map<String, String> fields = new HashMap<>();
    try (JsonParser json = new JsonFactory().createParser(text)) {
      assertThat(json.nextToken()).isEqualTo(JsonToken.START_OBJECT);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        fields.put(json.currentName(), json.nextTextValue());
      }
    }
    assertThat(fields)
        .containsEntry("level", "WARN")
        .containsEntry("logger", "PartitionReader")
        .containsEntry("message", "a \"quote\"\nand a line")
        .containsEntry("topic", "studyhub")
        .containsEntry("partition", "1")
        .containsEntry("pod", "pod-a")
        .containsKeys("time", "thread");
    assertThat(fields.get("error")).startsWith("java.lang.IllegalStateException: why");
  }
}
