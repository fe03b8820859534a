package dev.chatcluster.consumer.logging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/** One JSON object a line: time, level, logger, thread, message, topic, partition, pod, error. */
final class JsonFormat extends Formatter {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final String topic;
  private final String partition;
  private final String pod;

  JsonFormat(String topic, String partition, String pod) {
    this.topic = topic;
    this.partition = partition;
    this.pod = pod;
  }

  @Override
  public String format(LogRecord line) {
    StringWriter text = new StringWriter(256);
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("time", line.getInstant().toString());
      json.writeStringField("level", Lines.level(line));
      json.writeStringField("logger", Lines.source(line));
      json.writeStringField("thread", Thread.currentThread().getName());
      json.writeStringField("message", String.valueOf(line.getMessage()));
      json.writeStringField("topic", topic);
      json.writeStringField("partition", partition);
      json.writeStringField("pod", pod);
      if (line.getThrown() != null) {
        json.writeStringField("error", Lines.stack(line.getThrown()));
      }
      json.writeEndObject();
    } catch (IOException neverInMemory) {
      throw new UncheckedIOException(neverInMemory);
    }
    return text.append('\n').toString();
  }
}
