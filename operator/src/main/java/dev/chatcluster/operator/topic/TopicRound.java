package dev.chatcluster.operator.topic;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterSpec;
import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.operator.desired.ChildNames;
import dev.chatcluster.operator.event.Events;
import dev.chatcluster.operator.kafka.ControlTopic;
import dev.chatcluster.operator.kafka.Kafka;
import dev.chatcluster.operator.kafka.KafkaConnections;
import dev.chatcluster.operator.kafka.KafkaFailure;
import dev.chatcluster.operator.kafka.TopicConfig;
import dev.chatcluster.operator.status.Advice;
import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.operator.status.TopicFacts;
import dev.chatcluster.operator.status.Trouble;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One round over the log of a ChatCluster; of one thread. */
final class TopicRound {
  private static final Logger LOG = LoggerFactory.getLogger(TopicRound.class);
  private final ChatCluster cluster;
  private final ChatClusterSpec spec;
  private final String topic;
  private final List<Trouble> troubles = new ArrayList<>();
  private final List<Advice> advice = new ArrayList<>();
  private final KafkaConnections connections;
  private final Events events;
  private final InstantSource clock;
  private final Map<String, String> createdTopics;
  private TopicFacts facts;
  private Optional<ControlState> log = Optional.empty();
  private boolean reached;
  private boolean advised;

  /**
   * A round.
   *
   * @param createdTopics the id of the topic created for a ChatCluster, by its uid; added to
   */
  TopicRound(
      ChatCluster cluster,
      KafkaConnections connections,
      Events events,
      InstantSource clock,
      Map<String, String> createdTopics) {
    this.clock = clock;
    this.cluster = cluster;
    this.connections = connections;
    this.events = events;
    this.createdTopics = createdTopics;
    this.spec = cluster.getSpec();
    this.topic = ChildNames.topic(cluster);
    this.facts = TopicFacts.of(cluster.getStatus());
  }

  /** Makes the round, as far as Kafka lets it. */
  TopicResult result(Stream<ChatCluster> all) {
    try {
      run(all);
    } catch (KafkaFailure e) {
      troubles.add(e.trouble());
    }
    return new TopicResult(
        reached, facts, log, troubles, advised ? Optional.of(advice) : Optional.empty());
  }

  private void run(Stream<ChatCluster> all) {
    Kafka kafka = connections.of(cluster);
    String clusterId = kafka.clusterId();
    TopicRules.sameKafkaCluster(facts, clusterId);
    reached = true;
    TopicRules.otherOwner(cluster, clusterId, all).ifPresent(this::refuse);
    facts = facts.withKafkaClusterId(clusterId);

    ControlTopic control = new ControlTopic(kafka, topic);
    boolean hasControl = kafka.describe(control.name()).isPresent();
    ControlState read = hasControl ? control.read() : ControlState.EMPTY;
    TopicDescription found = findOrCreate(kafka, read);
    String id = found.topicId().toString();
    TopicRules.sameTopic(topic, id, facts, read);
    boolean created =
        facts.topic() != null && Boolean.TRUE.equals(facts.topic().created())
            || id.equals(createdTopics.get(uid()));
    boolean takenOver = facts.topic() == null && !read.epochs().isEmpty();
    know(found, created);
    TopicRules.sameLog(control.name(), facts, read);
    int replicas = found.partitions().getFirst().replicas().size();
    if (read.epochs().isEmpty()) {
      TopicRules.notTooWide(topic, found.partitions().size(), spec.partitions());
    }
    Map<String, String> config =
        correctConfig(kafka, created ? TopicRules.created(cluster, replicas) : asked());
    TopicRules.deletesOldRecordsOnly(topic, config.get("cleanup.policy"));

    if (read.epochs().isEmpty()) {
      read = begin(kafka, control, hasControl, found, replicas, created);
      found = kafka.describe(topic).orElseThrow();
      know(found, created);
    } else if (facts.logId() == null && !created) {
      events.normal(
          cluster, "LogTakenOver", "goes on with the log that " + control.name() + " tells of");
    }
    // Nobody knows when it has grown last.
    if (takenOver) facts = facts.withTopic(grown(facts.topic()));
    Epoch current = read.current().orElseThrow();
    facts = facts.with(read);
    log = Optional.of(read);
    advise(kafka, hasControl ? Optional.of(control) : Optional.empty(), found, current, config);
    TopicRules.samePartitioning(spec.rooms().partitioning(), current);
  }

  /**
   * Gathers the warnings.
   *
   * @param control unless it was created just now
   */
  private void advise(
      Kafka kafka,
      Optional<ControlTopic> control,
      TopicDescription found,
      Epoch current,
      Map<String, String> config) {
    try {
      control
          .flatMap(c -> c.preserve(changes -> configured(c.name(), changes)))
          .ifPresent(advice::add);
      advice.addAll(TopicRules.advice(cluster, found, config));
      routing(kafka, found, current, config);
      Strays.look(kafka, topic, current.partitioning().apiName()).ifPresent(advice::add);
      advised = true;
    } catch (KafkaFailure e) {
      // A broker or a coordinator that moves: the log is well, and the next look will tell.
      LOG.debug("what there is to advise on {} is not known now", topic, e);
    }
  }

  private void routing(
      Kafka kafka, TopicDescription found, Epoch current, Map<String, String> config) {
    int count = found.partitions().size();
    try {
      Routing now = Routing.look(kafka, topic, count, current, config, clock.instant());
      now.advice().ifPresent(advice::add);
      troubles.addAll(now.troubles(topic));
    } catch (KafkaFailure e) {
      if (e.trouble().reason() != Reason.AUTHORIZATION_FAILED) throw e;
      advice.add(new Advice("RoutingUnknown", e.trouble().message()));
    }
  }

  private String uid() {
    return cluster.getMetadata().getUid();
  }

  private Map<String, String> asked() {
    return spec.topic().config();
  }

  private void refuse(ChatCluster owner) {
    String name = TopicRules.name(owner);
    throw new KafkaFailure(
        Reason.TOPIC_TAKEN,
        "ChatCluster/" + owner.getMetadata().getName(),
        "topic "
            + topic
            + " belongs to the ChatCluster "
            + name
            + ", which has it already"
            + ": set spec.topic.name of a new ChatCluster to another one, or delete "
            + name);
  }

  private void know(TopicDescription found, boolean created) {
    ChatClusterStatus.Topic before = facts.topic();
    int partitions = found.partitions().size();
    String grown = before == null ? null : before.grown();
    ChatClusterStatus.Topic now =
        new ChatClusterStatus.Topic(topic, found.topicId().toString(), partitions, created, grown);
    boolean more =
        before != null && before.partitions() != null && partitions > before.partitions();
    facts = facts.withTopic(more ? grown(now) : now);
  }

  private ChatClusterStatus.Topic grown(ChatClusterStatus.Topic now) {
    return new ChatClusterStatus.Topic(
        now.name(),
        now.id(),
        now.partitions(),
        now.created(),
        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private TopicDescription findOrCreate(Kafka kafka, ControlState log) {
    Optional<TopicDescription> found = kafka.describe(topic);
    if (found.isPresent()) return found.get();
    TopicRules.topicIsThere(topic, facts, log);
    Integer replicas = spec.topic().replicas();
    boolean created =
        kafka.create(
            topic,
            spec.partitions(),
            replicas,
            TopicRules.created(cluster, replicas == null ? 1 : replicas));
    TopicDescription fresh = kafka.describe(topic).orElseThrow();
    know(fresh, created);
    if (created) {
      createdTopics.put(uid(), fresh.topicId().toString());
      events.normal(
          cluster,
          "TopicCreated",
          "created the topic " + topic + " with " + spec.partitions() + " partitions");
    }
    return fresh;
  }

  /** Writes the first epoch, or learns that somebody else has. */
  private ControlState begin(
      Kafka kafka,
      ControlTopic control,
      boolean hasControl,
      TopicDescription found,
      int replicas,
      boolean created) {
    int partitions = found.partitions().size();
    if (partitions < spec.partitions()) kafka.grow(topic, spec.partitions());
    if (!hasControl) {
      kafka.create(control.name(), 1, replicas, ControlTopic.config(replicas));
    }
    List<Long> ends = kafka.endOffsets(topic, spec.partitions());
    Partitioning partitioning = Partitioning.ofApiName(spec.rooms().partitioning());
    // Strays in a topic of our own count from its beginning, those in an adopted one from now.
    Epoch first =
        created
            ? Epoch.first(spec.partitions(), partitioning)
            : Epoch.adopting(spec.partitions(), partitioning, ends);
    LogId ours = new LogId(UUID.randomUUID().toString(), found.topicId().toString());
    control.append(new EpochPublished(ours, first));
    ControlState log = control.read();
    TopicRules.sameTopic(topic, found.topicId().toString(), facts, log);
    if (!created) {
      events.normal(
          cluster,
          "TopicAdopted",
          "adopted the topic "
              + topic
              + ", which had "
              + partitions
              + " partitions and "
              + ends.stream().mapToLong(Long::longValue).sum()
              + " records"
              + (partitions < spec.partitions()
                  ? "; it now has " + spec.partitions() + " partitions"
                  : ""));
    }
    return log;
  }

  /** The configuration as it is after that. */
  private Map<String, String> correctConfig(Kafka kafka, Map<String, String> wanted) {
    Map<String, String> config = new TreeMap<>(kafka.config(topic));
    Map<String, String> changes = TopicConfig.toAlter(wanted, config);
    if (changes.isEmpty()) return config;
    try {
      kafka.alter(topic, changes);
      configured(topic, changes);
      config.putAll(changes);
    } catch (KafkaFailure e) {
      // The log itself is well.
      troubles.add(e.trouble());
    }
    return config;
  }

  private void configured(String which, Map<String, String> changes) {
    events.normal(
        cluster,
        "TopicConfigured",
        "set " + String.join(", ", changes.keySet()) + " of the topic " + which + " as it must be");
  }
}
