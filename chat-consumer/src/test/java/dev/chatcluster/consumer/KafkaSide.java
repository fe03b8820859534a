package dev.chatcluster.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatcluster.consumer.config.ConfigException;
import dev.chatcluster.consumer.config.ConsumerConfig;
import dev.chatcluster.consumer.control.ControlLog;
import dev.chatcluster.consumer.control.Topology;
import dev.chatcluster.consumer.message.Messages;
import dev.chatcluster.consumer.metrics.ReaderMetrics;
import dev.chatcluster.consumer.metrics.ReplayMetrics;
import dev.chatcluster.consumer.metrics.SendMetrics;
import dev.chatcluster.consumer.reader.PartitionReader;
import dev.chatcluster.consumer.replay.Offsets;
import dev.chatcluster.consumer.replay.Replay;
import dev.chatcluster.consumer.room.Rooms;
import dev.chatcluster.consumer.router.RouterPositions;
import dev.chatcluster.consumer.router.RouterProgress;
import dev.chatcluster.consumer.router.Seen;
import dev.chatcluster.consumer.send.Sender;
import dev.chatcluster.consumer.send.Sends;
import dev.chatcluster.consumer.send.TopicLimit;
import dev.chatcluster.roomlog.position.Position;
import dev.chatcluster.test.Patience;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;

/** A pod without its ports: everything between Kafka and rooms, as it is wired in production. */
public final class KafkaSide implements AutoCloseable {
  private final Admin admin;
  private final ControlLog control;
  private final Replay replay;
  private final PartitionReader reader;
  private final Sender sender;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Seen seen = new Seen();
  private final CompletableFuture<String> fatal = new CompletableFuture<>();

  private KafkaSide(ConsumerConfig config, Duration unfollow) {
    BiConsumer<String, Throwable> onFatal =
        (sentence, error) -> fatal.complete(sentence + " " + error);
    admin = Admin.create(config.kafka().client("test-admin", Map.of(), Map.of()));
    control = new ControlLog(config, admin, onFatal);
    control.start();
    control.first().orTimeout(Patience.LONG.toSeconds(), TimeUnit.SECONDS).join();
    Messages messages = new Messages(config.roomSource());
    Offsets offsets = new Offsets(admin, config.topic());
    ReplayMetrics resumes = new ReplayMetrics(registry);
    replay =
        new Replay(
            config.topic(),
            config.pod(),
            config.kafka(),
            control::topology,
            messages,
            offsets,
            config.resumeRecords(),
            resumes,
            onFatal);
    reader =
        new PartitionReader(
            config,
            control,
            messages,
            offsets,
            replay,
            unfollow,
            seen,
            new ReaderMetrics(registry),
            resumes,
            onFatal);
    sender =
        new Sender(
            config.topic(),
            config.pod(),
            config.kafka(),
            new TopicLimit(admin, config.topic()),
            config.roomSource(),
            config.clients().messageBytes(),
            control::topology,
            control::halt,
            new RouterProgress(
                new RouterPositions(admin, config.topic()),
                _ -> OptionalLong.empty(),
                control::catchUp),
            new SendMetrics(registry));
    replay.start(reader.splices());
    control.whenChanged(reader::topologyChanged);
    reader.start();
    sender.start();
    Awaitility.await().until(() -> reader.obstacle().isEmpty());
  }

  /** A process alone for the topic; {@code more} are further variables and their values. */
  public static KafkaSide alone(String bootstrap, String topic, String... more) {
    return new KafkaSide(config(bootstrap, topic, more), Duration.ofSeconds(60));
  }

  /** The pod of one partition, of a topic that has its first epoch. */
  public static KafkaSide ofPartition(
      String bootstrap, String topic, int own, Duration unfollow, String... more) {
    List<String> all = new ArrayList<>(List.of(more));
    all.add("CHAT_PARTITION");
    all.add(Integer.toString(own));
    return new KafkaSide(config(bootstrap, topic, all.toArray(String[]::new)), unfollow);
  }

  public static ConsumerConfig config(String bootstrap, String topic, String... more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("CHAT_KAFKA_BOOTSTRAP_SERVERS", bootstrap);
    environment.put("CHAT_TOPIC", topic);
    environment.put("CHAT_PARTITION", "all");
    environment.put("CHAT_POD_NAME", "test");
    for (int i = 0; i < more.length; i += 2) environment.put(more[i], more[i + 1]);
    try {
      return ConsumerConfig.read(environment);
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** What the reader tells routers, which do not run here. */
  public Seen seen() {
    return seen;
  }

  public long head(int partition) {
    return reader.head(partition);
  }

  public Rooms rooms() {
    return reader.rooms();
  }

  public Sends sends() {
    return sender;
  }

  public Topology topology() {
    return control.topology();
  }

  /** The token of a record in the epoch in force. */
  public String token(int partition, long offset) {
    int epoch = topology().current().number();
    return topology().token(new Position(epoch, partition, offset));
  }

  public ControlLog control() {
    return control;
  }

  /** What a counter or gauge says, all its tags together. */
  public double meter(String name, String... tags) {
    return registry.find(name).tags(tags).meters().stream()
        .mapToDouble(m -> m.measure().iterator().next().getValue())
        .sum();
  }

  /** What ended a thread; null while all run. */
  public String fatal() {
    return fatal.getNow(null);
  }

  /** Ends the reader as a drain does. */
  public void closeReader() {
    reader.close(Duration.ofSeconds(10));
  }

  @Override
  public void close() {
    sender.close(Duration.ofSeconds(1));
    replay.close();
    reader.close(Duration.ofSeconds(10));
    control.close();
    admin.close();
    assertThat(fatal()).as("what ended a thread").isNull();
  }
}
