package dev.chatcluster.consumer.logging;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** What both formats say alike. */
final class Lines {
  private Lines() {}

  static String level(LogRecord line) {
    int level = line.getLevel().intValue();
    if (level >= Level.SEVERE.intValue()) return "ERROR";
    if (level >= Level.WARNING.intValue()) return "WARN";
    return level >= Level.INFO.intValue() ? "INFO" : "DEBUG";
  }

  /** The logger's last name: classes are named so that it says enough. */
  static String source(LogRecord line) {
    String name = String.valueOf(line.getLoggerName());
    return name.substring(name.lastIndexOf('.') + 1);
  }

  static String stack(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
