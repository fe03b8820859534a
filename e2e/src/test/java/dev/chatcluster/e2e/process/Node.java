package dev.chatcluster.e2e.process;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Node with stompjs: a copy of {@code src/test/node} and of the documents' example in {@code
 * target}, its packages installed.
 */
public final class Node {
  private static final Path SOURCE = Path.of("src/test/node");
  private static final Path EXAMPLE = Path.of("../docs/examples/resuming-client.js");
  private static final Path FOLDER = Path.of("target/node");
  private static final Path INSTALLED = FOLDER.resolve("node_modules/.package-lock.json");

  private Node() {}

  /** Whether Node and npm are on the PATH. */
  public static boolean present() {
    return runs("node") && runs("npm");
  }

  /**
   * Makes sure that scripts can run. Without Node the test that asks is skipped and says so; with
   * {@code CHATCLUSTER_REQUIRE_NODE=1} in the environment it fails.
   */
  public static synchronized void required() {
    if (!present()) {
      String reason = "Node 20 or newer with npm is not on the PATH: stompjs cannot be tried.";
      if ("1".equals(System.getenv("CHATCLUSTER_REQUIRE_NODE"))) fail(reason);
      abort(reason);
    }
    try {
      boolean sameLock =
          Files.exists(INSTALLED)
              && Files.mismatch(
                      SOURCE.resolve("package-lock.json"), FOLDER.resolve("package-lock.json"))
                  == -1;
      copySources();
      if (sameLock) return;
      Process npm =
          new ProcessBuilder("npm", "ci", "--prefer-offline")
              .directory(FOLDER.toFile())
              .redirectErrorStream(true)
              .start();
      String output = new String(npm.getInputStream().readAllBytes());
      if (npm.waitFor() != 0) fail("`npm ci` in e2e/" + FOLDER + " failed:\n" + output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Starts a script of {@code src/test/node}; its errors go to {@code target/node/<name>.err}. */
  public static Process start(
      String name, Map<String, String> environment, List<String> arguments) {
    required();
    List<String> command = new ArrayList<>(List.of("node"));
    command.addAll(arguments);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(FOLDER.toFile())
              .redirectError(FOLDER.resolve(name + ".err").toFile());
      builder.environment().putAll(environment);
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copySources() throws IOException {
    Files.createDirectories(FOLDER);
    Files.copy(EXAMPLE, FOLDER.resolve(EXAMPLE.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    Files.walkFileTree(
        SOURCE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (folder.endsWith("node_modules")) return FileVisitResult.SKIP_SUBTREE;
            Files.createDirectories(FOLDER.resolve(SOURCE.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path copy = FOLDER.resolve(SOURCE.relativize(file));
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static boolean runs(String program) {
    try {
      Process process =
          new ProcessBuilder(program, "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
