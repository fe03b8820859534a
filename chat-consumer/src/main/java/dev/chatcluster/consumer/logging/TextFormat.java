package dev.chatcluster.consumer.logging;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/** {@code time LEVEL logger message}, then the error's stack when there is one. */
final class TextFormat extends Formatter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSXXX").withZone(ZoneId.systemDefault());

  @Override
  public String format(LogRecord line) {
    StringBuilder text = new StringBuilder(160);
    TIME.formatTo(line.getInstant(), text);
    text.append(' ').append(Lines.level(line)).append(' ').append(Lines.source(line)).append(' ');
    text.append(line.getMessage()).append('\n');
    if (line.getThrown() != null) text.append(Lines.stack(line.getThrown()));
    return text.toString();
  }
}
