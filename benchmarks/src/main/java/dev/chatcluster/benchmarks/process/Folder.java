package dev.chatcluster.benchmarks.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder for a measurement's files, which go with it. */
public final class Folder implements AutoCloseable {
  private final Path path;

  public Folder() throws IOException {
    path = Files.createTempDirectory("chatcluster-benchmark");
    // A benchmark that is interrupted leaves nothing behind.
    Runtime.getRuntime().addShutdownHook(new Thread(this::delete));
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() {
    delete();
  }

  private void delete() {
    if (!Files.exists(path)) return;
    try (Stream<Path> files = Files.walk(path)) {
      List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : all) Files.deleteIfExists(file);
    } catch (IOException | java.io.UncheckedIOException e) {
      System.err.println("The folder " + path + " stays: " + e.getMessage());
    }
  }
}
