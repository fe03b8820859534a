package dev.chatcluster.operator.topic;

import static java.util.stream.Collectors.joining;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.api.v1.ChatClusterStatus.Problem;
import dev.chatcluster.operator.desired.ChildNames;
import dev.chatcluster.operator.kafka.Kafka;
import dev.chatcluster.operator.kafka.KafkaFailure;
import dev.chatcluster.operator.kafka.TopicConfig;
import dev.chatcluster.operator.status.Advice;
import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.operator.status.TopicFacts;
import dev.chatcluster.roomlog.epoch.ControlRecord.Owned;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.epoch.Owner;
import dev.chatcluster.roomlog.position.LogId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.TopicDescription;

/** What a topic must be, and whose it is; pure, each refusal a {@link KafkaFailure}. */
final class TopicRules {
  /** Room for the key and the headers beside the largest message. */
  private static final long RECORD_OVERHEAD_BYTES = 64 * 1024;

  static final String ROOM_PARTITIONER =
      "partitioner.class=dev.chatcluster.roomlog.room.RoomPartitioner";

  private static final String MAX_MESSAGE_BYTES = "max.message.bytes";

  /** An annotation with the {@link #word} of a ChatCluster that is gone and could not say so. */
  static final String TAKE_TOPIC_FROM = "chatcluster.dev/take-topic-from";

  /** How long a broker may lag behind what another one knows. */
  private static final Duration HEARD_OF = Duration.ofSeconds(5);

  private static final Set<String> TOLD_GONE =
      Set.of(Reason.TOPIC_DELETED.toString(), Reason.CONTROL_TOPIC_LOST.toString());

  private TopicRules() {}

  /** Configuration of a topic that we create, or have created, with that many replicas. */
  static Map<String, String> created(ChatCluster cluster, int replicas) {
    Map<String, String> config = TopicConfig.durability(replicas);
    config.put("cleanup.policy", "delete");
    config.put(MAX_MESSAGE_BYTES, Long.toString(recordBytes(cluster)));
    config.putAll(cluster.getSpec().topic().config());
    return config;
  }

  /** Configuration with which we create a topic, not knowing yet how many replicas it gets. */
  static Map<String, String> toCreate(ChatCluster cluster) {
    Integer replicas = cluster.getSpec().topic().replicas();
    return created(cluster, replicas == null ? 1 : replicas);
  }

  /**
   * Whether a topic that is there now is ours. One that was announced is, unless it is not as we
   * create it: then somebody else was faster.
   *
   * @param config of the topic; asked for only where it decides
   */
  static boolean ours(ChatCluster cluster, TopicFacts known, Supplier<Map<String, String>> config) {
    if (known.topic() == null || !Boolean.TRUE.equals(known.topic().created())) return false;
    return !known.announced() || TopicConfig.toAlter(toCreate(cluster), config.get()).isEmpty();
  }

  /**
   * The ChatCluster that has the topic: of all that name it in the same Kafka the one that has its
   * log already, else the oldest.
   *
   * @param kafkaClusterId of {@code cluster}
   */
  static Optional<ChatCluster> otherOwner(
      ChatCluster cluster, String kafkaClusterId, Stream<ChatCluster> all) {
    return naming(cluster, kafkaClusterId, all)
        .min(
            Comparator.comparing((ChatCluster c) -> TopicFacts.of(c.getStatus()).logId() == null)
                .thenComparing(c -> c.getMetadata().getCreationTimestamp())
                .thenComparing(c -> c.getMetadata().getUid()))
        .filter(owner -> !uid(owner).equals(uid(cluster)));
  }

  /** Whether the control topic names {@code cluster} as the one that the log belongs to. */
  static boolean owns(ChatCluster cluster, Optional<Owner> owner) {
    return owner.isPresent() && owner.get().uid().equals(uid(cluster));
  }

  /**
   * What a person says to have the log taken from its owner. It holds for that one record of the
   * control topic: left in place it takes the log from nobody later, also not from the same owner.
   */
  static String word(Owned owned) {
    return owned.owner().orElseThrow().uid() + "." + owned.number();
  }

  /**
   * Whom the control topic names as the one that {@code cluster} must leave the log to: another
   * ChatCluster that is not known to be gone, and that nobody has told it to take the log from.
   *
   * @param all ChatClusters that are seen from {@code here}
   */
  static Optional<Owner> keptFrom(
      ChatCluster cluster, Owned owned, Place here, String kafkaClusterId, List<ChatCluster> all) {
    String told = cluster.getMetadata().getAnnotations().get(TAKE_TOPIC_FROM);
    return owned
        .owner()
        .filter(o -> !o.uid().equals(uid(cluster)) && !word(owned).equals(told))
        .filter(
            o ->
                !here.sees(o)
                    || naming(cluster, kafkaClusterId, all.stream())
                        .anyMatch(c -> uid(c).equals(o.uid())));
  }

  /** Another ChatCluster that needs the topic of {@code cluster}, whoever of them has it. */
  static Optional<ChatCluster> otherUser(
      ChatCluster cluster, String kafkaClusterId, Stream<ChatCluster> all) {
    return naming(cluster, kafkaClusterId, all)
        .filter(other -> !uid(other).equals(uid(cluster)))
        .filter(
            other ->
                !other.isMarkedForDeletion()
                    || !"Delete".equals(other.getSpec().topic().deletionPolicy()))
        .findFirst();
  }

  private static Stream<ChatCluster> naming(
      ChatCluster cluster, String kafkaClusterId, Stream<ChatCluster> all) {
    return all.filter(other -> other.getSpec() != null && other.getSpec().kafka() != null)
        .filter(other -> ChildNames.topic(other).equals(ChildNames.topic(cluster)))
        .filter(other -> sameKafka(other, cluster, kafkaClusterId));
  }

  private static boolean sameKafka(ChatCluster other, ChatCluster cluster, String kafkaClusterId) {
    String known = other.getStatus() == null ? null : other.getStatus().kafkaClusterId();
    if (known != null) return known.equals(kafkaClusterId);
    String brokers = other.getSpec().kafka().bootstrapServers();
    return uid(other).equals(uid(cluster))
        || brokers != null
            && brokers
                .replace(" ", "")
                .equals(cluster.getSpec().kafka().bootstrapServers().replace(" ", ""));
  }

  static String name(ChatCluster cluster) {
    return cluster.getMetadata().getNamespace() + "/" + cluster.getMetadata().getName();
  }

  private static String uid(ChatCluster cluster) {
    return cluster.getMetadata().getUid();
  }

  static void sameKafkaCluster(TopicFacts known, String found) {
    if (known.kafkaClusterId() == null || known.kafkaClusterId().equals(found)) return;
    throw new KafkaFailure(
        Reason.KAFKA_CLUSTER_CHANGED,
        "Kafka/" + found,
        "spec.kafka.bootstrapServers leads to the Kafka cluster "
            + found
            + ", but the log lies in "
            + known.kafkaClusterId()
            + ": name brokers of that cluster; nothing is changed until then");
  }

  /** A topic of somebody else's that the log has not begun in. */
  static KafkaFailure missing(String topic, int partitions) {
    return new KafkaFailure(
        Reason.TOPIC_MISSING,
        Kafka.object(topic),
        "topic "
            + topic
            + " is not there, and spec.topic.management External leaves it to others: create it with "
            + partitions
            + " partitions and cleanup.policy=delete where such topics are managed, or set"
            + " spec.topic.management to Managed");
  }

  /** What to do about a topic of somebody else's with too few partitions. */
  static KafkaFailure tooNarrow(String topic, int partitions, int asked) {
    return new KafkaFailure(
        Reason.TOO_FEW_PARTITIONS,
        Kafka.object(topic),
        "topic "
            + topic
            + " has "
            + partitions
            + " partitions, spec.partitions is "
            + asked
            + ", and spec.topic.management External leaves the topic to others: give it "
            + asked
            + " partitions where it is managed, or set spec.partitions to "
            + partitions);
  }

  /**
   * Whether a topic of the log that is not found now is gone: so it was at a look some seconds ago,
   * and a broker has heard of a topic by then.
   */
  static boolean surelyGone(String topic, ChatClusterStatus status, Instant now) {
    List<Problem> before = status == null ? List.of() : status.problems();
    return before.stream()
        .filter(problem -> Kafka.object(topic).equals(problem.object()))
        .anyMatch(
            problem ->
                TOLD_GONE.contains(problem.reason())
                    || problem.reason().equals(Reason.TOPIC_NOT_FOUND.toString())
                        && !now.isBefore(Instant.parse(problem.since()).plus(HEARD_OF)));
  }

  /** A topic that is there, or was. */
  static KafkaFailure notFound(String topic) {
    return new KafkaFailure(
        Reason.TOPIC_NOT_FOUND,
        Kafka.object(topic),
        "topic "
            + topic
            + " is not known to the broker that was asked: either that has not heard of it yet, or"
            + " the topic was deleted, which the next looks tell; what runs goes on");
  }

  /** Whether no log has begun in the topic, and it need not have been there. */
  static boolean neverWas(TopicFacts known, ControlState log) {
    return (known.topic() == null || known.announced()) && log.epochs().isEmpty();
  }

  static KafkaFailure deleted(String topic) {
    return new KafkaFailure(
        Reason.TOPIC_DELETED,
        Kafka.object(topic),
        "topic "
            + topic
            + " was deleted, and its messages with it: to begin anew, delete this ChatCluster and"
            + " the topic "
            + topic
            + ".control, then apply the ChatCluster again");
  }

  static void sameTopic(String topic, String id, TopicFacts known, ControlState log) {
    String before = known.topic() == null ? null : known.topic().id();
    String logs = log.logId().map(LogId::topicId).orElse(null);
    if ((before == null || before.equals(id)) && (logs == null || logs.equals(id))) return;
    throw new KafkaFailure(
        Reason.TOPIC_RECREATED,
        Kafka.object(topic),
        "topic "
            + topic
            + " (id "
            + id
            + ") is not the one in which the log began (id "
            + (logs == null ? before : logs)
            + "): somebody deleted and created it; to begin anew with it, delete this ChatCluster"
            + " and the topic "
            + topic
            + ".control, then apply the ChatCluster again; nothing is changed until then");
  }

  static void sameLog(String controlTopic, TopicFacts known, ControlState log) {
    if (known.logId() == null) return;
    String found = log.logId().map(LogId::uid).orElse(null);
    if (known.logId().equals(found)) return;
    throw found == null
        ? new KafkaFailure(
            Reason.CONTROL_TOPIC_LOST,
            Kafka.object(controlTopic),
            "topic "
                + controlTopic
                + " is gone or empty, and the partitions' history with it: restore it; or delete"
                + " this ChatCluster and apply it again, and the topic is adopted as a new log, in"
                + " which clients cannot resume from before; what runs goes on")
        : new KafkaFailure(
            Reason.LOG_REPLACED,
            Kafka.object(controlTopic),
            "topic "
                + controlTopic
                + " tells of the log "
                + found
                + ", not of "
                + known.logId()
                + ": restore it; or delete this ChatCluster and apply it again to serve that log;"
                + " nothing is changed until then");
  }

  static void deletesOldRecordsOnly(String topic, String cleanupPolicy) {
    if ("delete".equals(cleanupPolicy)) return;
    throw new KafkaFailure(
        Reason.CLEANUP_POLICY_NOT_DELETE,
        Kafka.object(topic),
        "topic "
            + topic
            + " has cleanup.policy="
            + cleanupPolicy
            + ", with which Kafka removes messages out of the middle of a room: set it to delete");
  }

  static void notTooWide(String topic, int partitions, int asked) {
    if (partitions <= asked) return;
    throw new KafkaFailure(
        Reason.TOO_MANY_PARTITIONS,
        Kafka.object(topic),
        "topic "
            + topic
            + " has "
            + partitions
            + " partitions, spec.partitions is "
            + asked
            + ": a topic is never shrunk; set spec.partitions to "
            + partitions
            + " or name another topic");
  }

  static void samePartitioning(String asked, Epoch current) {
    String begun = current.partitioning().apiName();
    if (begun.equals(asked)) return;
    throw new KafkaFailure(
        Reason.PARTITIONING_DIFFERS,
        "ChatCluster",
        "spec.rooms.partitioning is "
            + asked
            + ", but the log was begun with "
            + begun
            + ": set it to "
            + begun
            + "; what runs goes on with "
            + begun);
  }

  /** What is not wrong, but not good either. */
  static List<Advice> advice(
      ChatCluster cluster, TopicDescription found, Map<String, String> config) {
    List<Advice> advice = new ArrayList<>();
    String topic = found.name();
    int replicas = found.partitions().getFirst().replicas().size();
    Integer asked = cluster.getSpec().topic().replicas();
    if (asked != null && asked != replicas) {
      advice.add(
          new Advice(
              "ReplicasDiffer",
              "topic "
                  + topic
                  + " has "
                  + replicas
                  + " replicas, spec.topic.replicas is "
                  + asked
                  + ": it counts at creation only; reassign the partitions or change the spec"));
    }
    Map<String, String> others =
        cluster.getSpec().topic().external()
            ? TopicConfig.toAlter(cluster.getSpec().topic().config(), config)
            : Map.of();
    if (!others.isEmpty()) {
      advice.add(
          new Advice(
              "TopicConfigDiffers",
              "topic "
                  + topic
                  + " is not configured as spec.topic.config says, and spec.topic.management External"
                  + " leaves it to others: set "
                  + others.entrySet().stream().map(Object::toString).collect(joining(", "))
                  + " where it is managed, or change the spec"));
    }
    String limit = config.get(MAX_MESSAGE_BYTES);
    if (limit != null && Long.parseLong(limit) < recordBytes(cluster)) {
      advice.add(
          new Advice(
              "MessageLimitTooLow",
              "topic "
                  + topic
                  + " has max.message.bytes="
                  + limit
                  + ", messages of listener.limits.messageBytes need "
                  + recordBytes(cluster)
                  + ": clients' larger messages are refused; raise the one or lower the other"));
    }
    return advice;
  }

  private static long recordBytes(ChatCluster cluster) {
    return cluster
            .getSpec()
            .listener()
            .limits()
            .messageBytes()
            .getNumericalAmount()
            .longValueExact()
        + RECORD_OVERHEAD_BYTES;
  }
}
