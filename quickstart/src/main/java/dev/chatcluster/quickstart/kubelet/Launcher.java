package dev.chatcluster.quickstart.kubelet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts processes that do not outlive this one: where the system can, it kills them when we die;
 * anywhere, the next start kills those that a file still names.
 */
public final class Launcher implements AutoCloseable {
  private final Path record;
  private final boolean diesWithUs;

  /** The system kills a child when the thread that started it ends: so this one never does. */
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("launcher").factory());

  /**
   * Kills what is left of a process that was here before.
   *
   * @param record file that names the processes
   * @throws IOException when the file cannot be read or written
   */
  public Launcher(Path record) throws IOException {
    this.record = record;
    killLeftovers();
    Files.writeString(record, "");
    diesWithUs = canDieWithUs();
  }

  /**
   * Starts a process with this environment and no other, but for PATH, HOME and the like.
   *
   * @param log file its output is added to
   * @throws IOException when it does not start
   */
  public Process start(List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    List<String> full = new ArrayList<>();
    if (diesWithUs) {
      full.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
    }
    full.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(full)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("CHAT_"));
    builder.environment().putAll(environment);
    try {
      return thread.submit(() -> recorded(builder.start())).get();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private Process recorded(Process process) throws IOException {
    String line = process.pid() + " " + startOf(process.toHandle()) + "\n";
    Files.writeString(record, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return process;
  }

  private void killLeftovers() throws IOException {
    if (!Files.exists(record)) {
      return;
    }
    for (String line : Files.readAllLines(record)) {
      String[] parts = line.split(" ");
      if (parts.length == 2) {
        // The number alone may be another's by now; together with the time of its start it is not.
        ProcessHandle.of(Long.parseLong(parts[0]))
            .filter(p -> String.valueOf(startOf(p)).equals(parts[1]))
            .ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }

  private static long startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(-1L);
  }

  private static boolean canDieWithUs() {
    try {
      return new ProcessBuilder("setpriv", "--pdeathsig", "KILL", "true")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException notThere) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The running java's path, for commands. */
  public static String java() {
    return Optional.ofNullable(System.getProperty("java.home"))
        .map(home -> Path.of(home, "bin", "java").toString())
        .orElse("java");
  }

  /** To be called when every process has ended. */
  @Override
  public void close() throws IOException {
    thread.shutdownNow();
    Files.deleteIfExists(record);
  }
}
