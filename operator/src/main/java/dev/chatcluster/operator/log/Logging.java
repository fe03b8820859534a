package dev.chatcluster.operator.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Sets up the JDK's logging, on the standard output. */
public final class Logging {
  static {
    // Must stand before the first logger is asked for.
    System.setProperty("java.util.logging.manager", UntilTheEnd.class.getName());
  }

  private static final Map<String, Level> LEVELS =
      Map.of(
          "ERROR", Level.SEVERE,
          "WARN", Level.WARNING,
          "INFO", Level.INFO,
          "DEBUG", Level.FINE,
          "TRACE", Level.FINEST);

  /** Held, since the JDK forgets the level of a logger that nobody holds. */
  private static final List<Logger> QUIET =
      List.of(Logger.getLogger("org.apache.kafka"), Logger.getLogger("io.fabric8"));

  private Logging() {}

  /**
   * Applies the configuration.
   *
   * @param level ERROR, WARN, INFO, DEBUG or TRACE
   */
  public static void start(String level, boolean json) {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) root.removeHandler(handler);
    Level wanted = LEVELS.get(level);
    root.setLevel(wanted);
    root.addHandler(new Lines(System.out, json ? new Json() : new Text()));
    if (wanted.intValue() >= Level.INFO.intValue()) {
      QUIET.getFirst().setLevel(Level.OFF);
      QUIET.getLast().setLevel(Level.WARNING);
    }
  }

  /**
   * The JDK's own takes the handlers away at once when told to stop, and the last words with it.
   */
  public static final class UntilTheEnd extends LogManager {
    /** For the JDK. */
    public UntilTheEnd() {}

    @Override
    public void reset() {
      // Nothing to close: the handler writes each line at once.
    }
  }

  private static final class Lines extends Handler {
    private final PrintStream out;

    Lines(PrintStream out, Formatter formatter) {
      this.out = out;
      setFormatter(formatter);
    }

    @Override
    public void publish(LogRecord record) {
      out.print(getFormatter().format(record));
      out.flush();
    }

    @Override
    public void flush() {
      out.flush();
    }

    @Override
    public void close() {
      // The standard output is not ours to close.
    }
  }

  private static String level(LogRecord record) {
    return LEVELS.entrySet().stream()
        .filter(e -> e.getValue().equals(record.getLevel()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(record.getLevel().getName());
  }

  private static String stackTrace(LogRecord record) {
    StringWriter text = new StringWriter();
    record.getThrown().printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static final class Text extends Formatter {
    @Override
    public String format(LogRecord record) {
      String logger = record.getLoggerName();
      return "%s %-5s %s %s%n%s"
          .formatted(
              record.getInstant().truncatedTo(ChronoUnit.MILLIS),
              level(record),
              logger == null ? "" : logger.substring(logger.lastIndexOf('.') + 1),
              formatMessage(record),
              record.getThrown() == null ? "" : stackTrace(record));
    }
  }

  private static final class Json extends Formatter {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Override
    public String format(LogRecord record) {
      Map<String, String> fields = new LinkedHashMap<>();
      fields.put("time", record.getInstant().truncatedTo(ChronoUnit.MILLIS).toString());
      fields.put("level", level(record));
      fields.put("logger", record.getLoggerName());
      fields.put("message", formatMessage(record));
      if (record.getThrown() != null) fields.put("exception", stackTrace(record));
      try {
        return MAPPER.writeValueAsString(fields) + System.lineSeparator();
      } catch (JsonProcessingException e) {
        return new Text().format(record);
      }
    }
  }
}
