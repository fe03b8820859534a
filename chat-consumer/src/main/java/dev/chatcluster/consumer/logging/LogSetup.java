package dev.chatcluster.consumer.logging;

import dev.chatcluster.consumer.config.ConsumerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/** Sends every log line of the process to standard output, in the format asked for. */
public final class LogSetup {
  /** Libraries that speak much at INFO of what is none of an operator's business. */
  private static final List<String> CHATTY = List.of("org.apache.kafka", "io.netty");

  /** Says at WARN, every second, of each broker that is away, what the pod says once. */
  private static final String NETWORK = "org.apache.kafka.clients.NetworkClient";

  /** Held, since java.util.logging forgets the level of a logger that nobody holds. */
  private static final List<Logger> HELD = new ArrayList<>();

  private LogSetup() {}

  /**
   * Applies the configuration to the process; the last call wins. To be called before anything is
   * logged.
   */
  public static void apply(ConsumerConfig config) {
    System.setProperty("java.util.logging.manager", LastingLogManager.class.getName());
    Level level =
        switch (config.logging().level()) {
          case ERROR -> Level.SEVERE;
          case WARN -> Level.WARNING;
          case INFO -> Level.INFO;
          case DEBUG -> Level.FINE;
        };
    Formatter format =
        switch (config.logging().format()) {
          case TEXT -> new TextFormat();
          case JSON -> new JsonFormat(config.topic(), config.own().toString(), config.pod());
        };
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) root.removeHandler(handler);
    Handler out = new FlushingHandler(format);
    out.setLevel(level);
    root.addHandler(out);
    root.setLevel(level);
    HELD.clear();
    HELD.add(root);
    boolean debug = level == Level.FINE;
    for (String name : CHATTY) hold(name, debug ? Level.INFO : Level.WARNING);
    hold(NETWORK, debug ? Level.INFO : Level.SEVERE);
  }

  private static void hold(String name, Level level) {
    Logger logger = Logger.getLogger(name);
    logger.setLevel(level);
    HELD.add(logger);
  }

  /** A line that is not out at once is lost with the process that it explains. */
  private static final class FlushingHandler extends StreamHandler {
    FlushingHandler(Formatter format) {
      super(System.out, format);
    }

    @Override
    public synchronized void publish(LogRecord line) {
      super.publish(line);
      flush();
    }

    @Override
    public synchronized void close() {
      flush();
    }
  }
}
