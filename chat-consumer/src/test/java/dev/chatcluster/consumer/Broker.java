package dev.chatcluster.consumer;

import dev.chatcluster.kafka.EmbeddedKafka;
import dev.chatcluster.kafka.Forgetting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** One broker for all tests of this JVM; each test has a topic of its own. */
public final class Broker {
  private static EmbeddedKafka running;
  private static Path data;
  private static int topics;

  private Broker() {}

  public static synchronized String address() {
    if (running == null) {
      try {
        Path folder = Files.createTempDirectory("chat-consumer-test");
        running = EmbeddedKafka.start(folder);
        data = folder;
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(folder)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return running.bootstrapServers();
  }

  /** Does something that transaction coordinators know nothing of afterwards. */
  public static synchronized void forgetting(Callable<?> done) throws Exception {
    address();
    Forgetting.what(running, data, done);
  }

  private static void end(Path folder) {
    running.close();
    try (var files = Files.walk(folder)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", address()));
  }

  /** A new topic of that many partitions. */
  public static String topic(int partitions) {
    return topic(partitions, Map.of());
  }

  /** A new topic of that many partitions with these settings. */
  public static synchronized String topic(int partitions, Map<String, String> settings) {
    String name = "topic-" + ++topics;
    try (Admin admin = admin()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(settings)))
          .all()
          .get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return name;
  }
}
