package dev.chatcluster.consumer;

import dev.chatcluster.consumer.config.ConsumerConfig;
import dev.chatcluster.consumer.control.ControlLog;
import dev.chatcluster.consumer.management.ManagementServer;
import dev.chatcluster.consumer.management.Readiness;
import dev.chatcluster.consumer.message.Messages;
import dev.chatcluster.consumer.metrics.ReaderMetrics;
import dev.chatcluster.consumer.metrics.ReplayMetrics;
import dev.chatcluster.consumer.metrics.RouterMetrics;
import dev.chatcluster.consumer.metrics.SendMetrics;
import dev.chatcluster.consumer.reader.PartitionReader;
import dev.chatcluster.consumer.replay.Offsets;
import dev.chatcluster.consumer.replay.Replay;
import dev.chatcluster.consumer.router.RouterPositions;
import dev.chatcluster.consumer.router.RouterProgress;
import dev.chatcluster.consumer.router.RouterSetup;
import dev.chatcluster.consumer.router.Routers;
import dev.chatcluster.consumer.router.Seen;
import dev.chatcluster.consumer.send.Sender;
import dev.chatcluster.consumer.send.TopicLimit;
import dev.chatcluster.consumer.tls.Certificate;
import dev.chatcluster.consumer.websocket.ClientServer;
import dev.chatcluster.consumer.websocket.ClientServerConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All parts of a process, made, joined and let go in order. */
final class Pod {
  private static final Logger LOG = LoggerFactory.getLogger(Pod.class);

  /** How long a partition without listeners is read on: a page that is reloaded finds it there. */
  private static final Duration UNFOLLOW = Duration.ofSeconds(60);

  /** Kept of the drain for Kafka: the last sends, the last commit. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  /** How often the certificate's files are looked at; Kubernetes itself takes longer. */
  private static final Duration CERTIFICATE = Duration.ofSeconds(30);

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final ConsumerConfig config;
  private final BiConsumer<String, Throwable> fatal;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private volatile String starting = "The process has just started.";
  private volatile boolean draining;
  private volatile ControlLog control;
  private volatile PartitionReader reader;
  private volatile Replay replay;
  private volatile Sender sender;
  private volatile Routers routers;
  private volatile Certificate certificate;
  private volatile ClientServer clients;
  private volatile ManagementServer management;

  /**
   * @param fatal is told why the process cannot go on
   */
  Pod(ConsumerConfig config, BiConsumer<String, Throwable> fatal) {
    this.config = config;
    this.fatal = fatal;
  }

  /**
   * Returns when clients can connect, which waits for Kafka and the first epoch as long as it
   * takes.
   *
   * @throws IOException when a port cannot be bound or the certificate not be used
   */
  void start() throws IOException, InterruptedException {
    ConsumerConfig.Tls tls = config.clients().tls();
    if (tls != null) certificate = Certificate.of(tls.certificate(), tls.key(), CERTIFICATE);
    management =
        ManagementServer.start(
            config.clients().bindAddress(), config.managementPort(), this::readiness, registry);
    LOG.info(
        "chat-consumer {} starts for topic {} partition {}, management port {}",
        version(),
        config.topic(),
        config.own(),
        management.port());
    Admin admin = admin();
    control = new ControlLog(config, admin, fatal);
    control.start();
    control.first().join();
    startKafkaSide(admin);
    while (reader.obstacle().isPresent()) Thread.sleep(Duration.ofMillis(10));
    ConsumerConfig.Clients wanted = config.clients();
    clients =
        ClientServer.start(
            ClientServerConfig.of(
                wanted.bindAddress(),
                wanted.port(),
                wanted.allowedOrigins(),
                wanted.messageBytes(),
                wanted.slowClientBytes(),
                wanted.partitionUrl(),
                wanted.path(),
                config.pod()),
            Optional.ofNullable(certificate),
            reader.rooms(),
            sender,
            registry);
    starting = null;
    LOG.info(
        "chat-consumer ready topic={} partition={} port={} managementPort={}",
        config.topic(),
        config.own(),
        clients.port(),
        management.port());
  }

  private void startKafkaSide(Admin admin) {
    Messages messages = new Messages(config.roomSource());
    Offsets offsets = new Offsets(admin, config.topic());
    ReplayMetrics resumes = new ReplayMetrics(registry);
    Seen seen = new Seen();
    TopicLimit limit = new TopicLimit(admin, config.topic());
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
            fatal);
    reader =
        new PartitionReader(
            config,
            control,
            messages,
            offsets,
            replay,
            UNFOLLOW,
            seen,
            new ReaderMetrics(registry),
            resumes,
            fatal);
    RouterPositions positions = new RouterPositions(admin, config.topic());
    routers =
        new Routers(
            new RouterSetup(
                config.topic(),
                config.pod(),
                config.kafka(),
                config.roomSource(),
                positions,
                seen,
                limit,
                new RouterMetrics(registry)),
            config.own(),
            control,
            fatal);
    sender =
        new Sender(
            config.topic(),
            config.pod(),
            config.kafka(),
            limit,
            config.roomSource(),
            config.clients().messageBytes(),
            control::topology,
            control::halt,
            new RouterProgress(positions, routers::committed, control::catchUp),
            new SendMetrics(registry));
    replay.start(reader.splices());
    control.whenChanged(reader::topologyChanged);
    reader.start();
    sender.start();
    routers.start();
  }

  /** Waits until Kafka's name can be resolved: a client cannot even be made before. */
  private Admin admin() throws InterruptedException {
    while (true) {
      try {
        return Admin.create(
            config
                .kafka()
                .admin(
                    "chat-consumer-" + config.pod() + "-admin",
                    Map.of(
                        "default.api.timeout.ms", 5_000,
                        "request.timeout.ms", 5_000,
                        "retry.backoff.ms", 20)));
      } catch (KafkaException notYet) {
        Throwable cause = notYet;
        while (cause.getCause() != null) cause = cause.getCause();
        String sentence =
            "No Kafka client for "
                + config.kafka().bootstrapServers()
                + ": "
                + cause.getMessage()
                + ".";
        if (!sentence.equals(starting)) LOG.warn("not ready: {}", sentence);
        starting = sentence;
        Thread.sleep(RETRY);
      }
    }
  }

  private Readiness readiness() {
    if (draining) return new Readiness.NotReady("The process is ending.");
    Optional<String> obstacle =
        Stream.of(
                Optional.ofNullable(control).flatMap(ControlLog::obstacle),
                Optional.ofNullable(reader).flatMap(PartitionReader::obstacle),
                Optional.ofNullable(starting))
            .flatMap(Optional::stream)
            .findFirst();
    return obstacle.<Readiness>map(Readiness.NotReady::new).orElseGet(Readiness.Ready::new);
  }

  /**
   * Not ready at once; clients are let go, their last messages reach Kafka, the last position is
   * shown. Within the drain's time.
   */
  void drain() {
    draining = true;
    LOG.info("draining, {} s at most", config.drain().toSeconds());
    long end = System.nanoTime() + config.drain().toNanos();
    if (clients != null) {
      Duration window = left(end).minus(LAST_WORDS);
      clients.drain(window.isNegative() ? Duration.ZERO : window);
      clients.close();
    }
    if (sender != null) sender.close(left(end).dividedBy(2));
    if (routers != null) routers.close(left(end).dividedBy(2));
    if (replay != null) replay.close();
    if (reader != null) reader.close(left(end));
    if (control != null) control.close();
    if (certificate != null) certificate.close();
    if (management != null) management.close();
    LOG.info("drained");
  }

  /** A little at least, so that what has nothing to wait for can end in order. */
  private static Duration left(long end) {
    long left = end - System.nanoTime();
    return Duration.ofNanos(Math.max(left, Duration.ofMillis(100).toNanos()));
  }

  private static String version() {
    String version = Pod.class.getPackage().getImplementationVersion();
    return version == null ? "development build" : version;
  }
}
