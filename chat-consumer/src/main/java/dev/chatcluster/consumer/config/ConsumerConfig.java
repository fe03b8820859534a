package dev.chatcluster.consumer.config;

import dev.chatcluster.roomlog.room.Partitioning;
import dev.chatcluster.roomlog.room.RoomSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Everything this process is told from outside.
 *
 * @param kafka how Kafka is reached
 * @param topic the data topic; the control topic and the groups derive from its name
 * @param own the partitions this process is the pod of
 * @param roomSource where a record carries its room
 * @param partitioning for the first epoch, when this process has to write it; ignored otherwise
 * @param clients the client port
 * @param managementPort 0 takes a free one
 * @param drain how long the process may take from SIGTERM to its exit
 * @param history of a room, kept in memory
 * @param resumeRecords of all rooms that are read again from Kafka for one client that resumes
 * @param logging what the log looks like
 * @param pod this pod's name, for logs and {@code GET /rooms}
 */
public record ConsumerConfig(
    KafkaAccess kafka,
    String topic,
    Own own,
    RoomSource roomSource,
    Partitioning partitioning,
    Clients clients,
    int managementPort,
    Duration drain,
    History history,
    int resumeRecords,
    Logging logging,
    String pod) {

  /**
   * The client port and its limits.
   *
   * @param bindAddress of both ports
   * @param port 0 takes a free one
   * @param partitionUrl template with {@code {partition}}; null when there is none
   * @param path that requests may begin with when they come from outside; {@code /} for none
   * @param tls null when clients connect without it
   * @param allowedOrigins of browsers; {@code *} alone allows all
   * @param messageBytes largest body of a SEND, in bytes
   * @param slowClientBytes queued bytes after which a slow client is closed; at least twice {@code
   *     messageBytes}
   */
  public record Clients(
      String bindAddress,
      int port,
      String partitionUrl,
      String path,
      Tls tls,
      List<String> allowedOrigins,
      int messageBytes,
      int slowClientBytes) {}

  /**
   * What clients are shown, as PEM files.
   *
   * @param certificate and those it was signed with
   * @param key without a password
   */
  public record Tls(Path certificate, Path key) {}

  /**
   * How much of a room is kept in memory; the smaller bound wins.
   *
   * @param messages 0 keeps none
   * @param bytes of the values
   */
  public record History(int messages, int bytes) {}

  /**
   * What the log looks like.
   *
   * @param level the least that is written
   * @param format of a line
   */
  public record Logging(Level level, Format format) {
    /** The least that is written. */
    public enum Level {
      ERROR,
      WARN,
      INFO,
      DEBUG
    }

    /** Of a line. */
    public enum Format {
      TEXT("Text"),
      JSON("Json");

      private final String envName;

      Format(String envName) {
        this.envName = envName;
      }

      @Override
      public String toString() {
        return envName;
      }
    }
  }

  private static KafkaAccess kafka(Variables in) {
    String servers = in.bootstrapServers();
    Map<String, String> further = in.kafkaConfig();
    return new KafkaAccess(servers, further, SecurityVariables.read(in, further));
  }

  /**
   * Reads the environment.
   *
   * @param environment all variables of the process; those that do not start with {@code CHAT_} are
   *     passed over
   * @throws ConfigException with every problem there is, unknown variables among them
   */
  public static ConsumerConfig read(Map<String, String> environment) throws ConfigException {
    Variables in = new Variables(environment);
    KafkaAccess kafka = kafka(in);
    String topic = in.topic();
    Own own = in.own();
    RoomSource source = in.parsed("CHAT_ROOMS_SOURCE", "Key", RoomSource::parse);
    Partitioning partitioning =
        in.parsed("CHAT_ROOMS_PARTITIONING", "KafkaDefault", Partitioning::ofApiName);
    int port = in.number("CHAT_PORT", 8080, 0, 65_535);
    int managementPort = in.number("CHAT_MANAGEMENT_PORT", 8081, 0, 65_535);
    if (port == managementPort && port != 0) {
      in.problem(
          "CHAT_PORT and CHAT_MANAGEMENT_PORT are both "
              + port
              + ": give them different ports, or 0 for a free one.");
    }
    String bindAddress = in.text("CHAT_BIND_ADDRESS", "0.0.0.0");
    String partitionUrl = in.partitionUrl();
    String path = in.path();
    Tls tls = in.tls();
    List<String> origins = in.origins();
    Duration drain = Duration.ofSeconds(in.number("CHAT_DRAIN_SECONDS", 30, 0, 3_600));
    int messageBytes = in.number("CHAT_MESSAGE_BYTES", 1_048_576, 1, 100 << 20);
    int slowClientBytes = in.number("CHAT_SLOW_CLIENT_BYTES", 1_048_576, 1, 1 << 30);
    History history =
        new History(
            in.number("CHAT_HISTORY_MESSAGES", 100, 0, 100_000),
            in.number("CHAT_HISTORY_BYTES", 262_144, 0, 1 << 30));
    int resumeRecords = in.number("CHAT_RESUME_RECORDS", 5_000_000, 0, Integer.MAX_VALUE);
    Logging logging =
        new Logging(
            in.oneOf("CHAT_LOG_LEVEL", Logging.Level.INFO, Logging.Level.values()),
            in.oneOf("CHAT_LOG_FORMAT", Logging.Format.TEXT, Logging.Format.values()));
    String pod = in.podName();
    in.finish();
    return new ConsumerConfig(
        kafka,
        topic,
        own,
        source,
        partitioning,
        new Clients(
            bindAddress,
            port,
            partitionUrl,
            path,
            tls,
            origins,
            messageBytes,
            Math.max(slowClientBytes, 2 * messageBytes)),
        managementPort,
        drain,
        history,
        resumeRecords,
        logging,
        pod);
  }
}
