package dev.chatcluster.quickstart;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The folder that everything is kept in; one quickstart at a time. */
final class StateFolder implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final FileLock lock;

  private StateFolder(Path path, FileChannel channel, FileLock lock) {
    this.path = path;
    this.channel = channel;
    this.lock = lock;
  }

  static StateFolder open(Path path) throws UsageException {
    FileChannel channel;
    try {
      Files.createDirectories(path.resolve("logs"));
      channel =
          FileChannel.open(
              path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UsageException(
          "The folder %s cannot be written (%s); choose another with --state."
              .formatted(path, e.getClass().getSimpleName()));
    }
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new StateFolder(path, channel, lock);
      }
      channel.close();
    } catch (IOException e) {
      throw new UsageException(
          "The folder %s cannot be locked (%s); choose another with --state."
              .formatted(path, e.getMessage()));
    }
    throw new UsageException(
        "A quickstart runs already on the folder %s; stop it, or choose another with --state."
            .formatted(path));
  }

  Path kafka() {
    return path.resolve("kafka");
  }

  Path objects() {
    return path.resolve("kubernetes.json");
  }

  Path kubeconfig() {
    return path.resolve("kubeconfig");
  }

  Path logs() {
    return path.resolve("logs");
  }

  Path processes() {
    return path.resolve("processes");
  }

  Path ports() {
    return ports(path);
  }

  static Path ports(Path state) {
    return state.resolve("ports.properties");
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    lock.release();
    channel.close();
  }
}
