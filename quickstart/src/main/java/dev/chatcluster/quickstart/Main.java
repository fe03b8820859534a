package dev.chatcluster.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.FileHandler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** The command line. */
public final class Main {
  private static final Duration READY_WITHIN = Duration.ofSeconds(120);

  private Main() {}

  /**
   * Runs the quickstart until the process is told to end, or writes records.
   *
   * @param arguments as {@code --help} says
   */
  public static void main(String[] arguments) throws InterruptedException {
    List<String> given = Arrays.asList(arguments);
    try {
      if (given.contains("--help") || given.contains("-h")) {
        System.out.print(Options.help());
      } else if (!given.isEmpty() && given.getFirst().equals("produce")) {
        silence();
        Produce.run(given.subList(1, given.size()));
      } else {
        run(Options.parse(given));
      }
    } catch (UsageException e) {
      end(e.getMessage());
    } catch (IOException e) {
      end(e.getMessage() + ".");
    } catch (RuntimeException e) {
      Logger.getLogger(Main.class.getName()).log(Level.SEVERE, "The quickstart failed", e);
      end("The quickstart failed: " + e.getMessage() + ".");
    }
  }

  private static void run(Options options)
      throws UsageException, IOException, InterruptedException {
    long begun = ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli();
    System.out.println("Starting ChatCluster; everything is kept in " + options.state());
    logToFile(options.state());
    Quickstart quickstart = new Quickstart(line -> System.out.println("  " + line));
    AtomicBoolean started = new AtomicBoolean();
    CountDownLatch stopped = new CountDownLatch(1);
    // Before anything starts: whatever is up when the process is told to end has to go.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (started.get()) {
                    System.out.println("\nStopping; pods get five seconds to finish.");
                  }
                  quickstart.close();
                  if (started.get()) {
                    System.out.println("Everything is stopped.");
                  }
                  stopped.countDown();
                },
                "stop"));
    quickstart.start(options);
    started.set(true);
    Optional<String> missing = quickstart.awaitReady(READY_WITHIN);
    Duration took = Duration.ofMillis(System.currentTimeMillis() - begun);
    System.out.print(Banner.of(quickstart, took));
    missing.ifPresent(
        why ->
            System.out.println(
                "\nNot everything is ready yet. %s. The logs may say more.".formatted(why)));
    stopped.await();
  }

  /** What Kafka and others log goes to a file, so that the terminal stays readable. */
  private static void logToFile(Path state) throws UsageException, IOException {
    Path logs = state.resolve("logs");
    try {
      Files.createDirectories(logs);
    } catch (IOException e) {
      throw new UsageException(
          "The folder %s cannot be written (%s); choose another with --state."
              .formatted(state, e.getClass().getSimpleName()));
    }
    silence();
    FileHandler file =
        new FileHandler(logs.resolve("quickstart.log").toString(), 8_000_000, 1, true);
    file.setFormatter(new SimpleFormatter());
    Logger.getLogger("").addHandler(file);
  }

  private static void silence() {
    System.setProperty(
        "java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL %4$s %3$s %5$s%6$s%n");
    LogManager.getLogManager().reset();
    Logger.getLogger("").setLevel(Level.INFO);
  }

  private static void end(String sentence) {
    System.err.println(sentence);
    System.exit(1);
  }
}
