package dev.chatcluster.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.common.internals.Topic;

/**
 * Lets transaction coordinators forget what was done, while partitions keep it: so stands a
 * partition that had no leader when its marker was to be written.
 */
public final class Forgetting {
  private static final String COORDINATOR = Topic.TRANSACTION_STATE_TOPIC_NAME + "-";

  private Forgetting() {}

  /**
   * Does something, between two starts of {@code kafka}, that its coordinators know nothing of
   * afterwards.
   *
   * @param folder where {@code kafka} keeps its data
   * @param done has no producer open when it returns
   */
  public static void what(EmbeddedKafka kafka, Path folder, Callable<?> done) throws Exception {
    Path kept = Files.createTempDirectory("coordinators");
    try {
      kafka.stop();
      copy(folder, kept);
      kafka.start();
      done.call();
      kafka.stop();
      copy(kept, folder);
      kafka.start();
    } finally {
      try (Stream<Path> all = Files.walk(kept)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    for (Path old : coordinators(to)) Files.delete(old);
    for (Path file : coordinators(from)) {
      Path copy = to.resolve(from.relativize(file));
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
  }

  private static List<Path> coordinators(Path data) throws IOException {
    try (Stream<Path> all = Files.walk(data)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> file.getParent().getFileName().toString().startsWith(COORDINATOR))
          .toList();
    }
  }
}
