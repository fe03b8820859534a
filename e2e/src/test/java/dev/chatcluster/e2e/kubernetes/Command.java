package dev.chatcluster.e2e.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A command of the shell, as a person types it. */
final class Command {
  /**
   * How it ended.
   *
   * @param output both streams
   */
  record Result(int code, String output) {}

  private static final int LONGEST = 300;

  private Command() {}

  /** Its output; throws with it when it fails. */
  static String run(String... words) {
    Result result = attempt(words);
    if (result.code != 0) {
      throw new IllegalStateException(String.join(" ", words) + " failed:\n" + result.output);
    }
    return result.output.strip();
  }

  /** The same with something on its standard input. */
  static String feed(String input, String... words) {
    try {
      Path file = Files.createTempFile("input", ".yaml");
      try {
        Files.writeString(file, input);
        return output(new ProcessBuilder(words).redirectInput(file.toFile()), words);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String output(ProcessBuilder builder, String[] words) throws IOException {
    Result result = end(builder);
    if (result.code != 0) {
      throw new IllegalStateException(String.join(" ", words) + " failed:\n" + result.output);
    }
    return result.output.strip();
  }

  /** However it ends. */
  static Result attempt(String... words) {
    try {
      return end(new ProcessBuilder(words));
    } catch (IOException e) {
      return new Result(127, e.getMessage());
    }
  }

  private static Result end(ProcessBuilder builder) throws IOException {
    Process process = builder.redirectErrorStream(true).start();
    try {
      CompletableFuture<Boolean> inTime =
          process.onExit().thenApply(_ -> true).completeOnTimeout(false, LONGEST, TimeUnit.SECONDS);
      inTime.thenAccept(
          ended -> {
            if (!ended) process.destroyForcibly();
          });
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(List.copyOf(builder.command()) + " was interrupted", e);
    }
  }
}
