package dev.chatcluster.operator.topic;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterSpec;
import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.operator.desired.ChildNames;
import dev.chatcluster.operator.event.Events;
import dev.chatcluster.operator.status.Advice;
import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.operator.status.TopicFacts;
import dev.chatcluster.operator.status.Trouble;
import dev.chatcluster.roomlog.epoch.ControlRecord.EpochPublished;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.TopicDescription;

/** Makes a ChatCluster's topic and control topic what they must be; thread-safe. */
public final class TopicStep implements AutoCloseable {
  private final KafkaConnections connections = new KafkaConnections();
  private final Events events;

  public TopicStep(Events events) {
    this.events = events;
  }

  /**
   * One round over the log of {@code cluster}; never throws for what Kafka does.
   *
   * @param all ChatClusters there are, to see whose the topic is
   */
  public TopicResult settle(ChatCluster cluster, Stream<ChatCluster> all) {
    Round round = new Round(cluster);
    try {
      round.run(all);
    } catch (KafkaFailure e) {
      round.troubles.add(e.trouble());
    }
    return new TopicResult(round.reached, round.facts, round.troubles, round.advice);
  }

  /**
   * Deletes the topics of {@code cluster} that the operator created.
   *
   * @return why not, when Kafka does not do it now
   */
  public Optional<Trouble> delete(ChatCluster cluster) {
    TopicFacts facts = TopicFacts.of(cluster.getStatus());
    if (facts.topic() == null || !Boolean.TRUE.equals(facts.topic().created())) {
      return Optional.empty();
    }
    String topic = facts.topic().name();
    if (cluster.getSpec() == null || cluster.getSpec().kafka() == null) {
      return Optional.of(
          Trouble.of(Reason.INVALID_SPEC, "spec", "spec.kafka is missing: nobody knows which"));
    }
    try {
      Kafka kafka = connections.of(cluster);
      TopicRules.sameKafkaCluster(facts, kafka.clusterId());
      ControlTopic control = new ControlTopic(kafka, topic);
      Optional<TopicDescription> data = kafka.describe(topic);
      Optional<TopicDescription> log = kafka.describe(control.name());
      if (data.isPresent() && data.get().topicId().toString().equals(facts.topic().id())) {
        kafka.delete(topic, data.get().topicId());
      }
      if (log.isPresent() && tellsOf(facts, control.read())) {
        kafka.delete(control.name(), log.get().topicId());
      }
      events.normal(cluster, "TopicDeleted", "deleted the topics " + topic + ", " + control.name());
      return Optional.empty();
    } catch (KafkaFailure e) {
      return Optional.of(e.trouble());
    }
  }

  private static boolean tellsOf(TopicFacts facts, ControlState log) {
    return log.logId().map(id -> id.topicId().equals(facts.topic().id())).orElse(true);
  }

  /** {@code cluster} is gone, its connection may be. */
  public void forget(ChatCluster cluster) {
    connections.release(cluster);
  }

  @Override
  public void close() {
    connections.close();
  }

  private final class Round {
    private final ChatCluster cluster;
    private final ChatClusterSpec spec;
    private final String topic;
    private final List<Trouble> troubles = new ArrayList<>();
    private final List<Advice> advice = new ArrayList<>();
    private TopicFacts facts;
    private boolean reached;

    Round(ChatCluster cluster) {
      this.cluster = cluster;
      this.spec = cluster.getSpec();
      this.topic = ChildNames.topic(cluster);
      this.facts = TopicFacts.of(cluster.getStatus());
    }

    void run(Stream<ChatCluster> all) {
      Kafka kafka = connections.of(cluster);
      String clusterId = kafka.clusterId();
      TopicRules.sameKafkaCluster(facts, clusterId);
      reached = true;
      TopicRules.otherOwner(cluster, clusterId, all).ifPresent(this::refuse);
      facts = facts.withKafkaClusterId(clusterId);

      ControlTopic control = new ControlTopic(kafka, topic);
      boolean hasControl = kafka.describe(control.name()).isPresent();
      ControlState log = hasControl ? control.read() : ControlState.EMPTY;
      TopicDescription found = findOrCreate(kafka, log);
      String id = found.topicId().toString();
      TopicRules.sameTopic(topic, id, facts, log);
      boolean created = facts.topic() != null && Boolean.TRUE.equals(facts.topic().created());
      know(found, created);
      TopicRules.sameLog(control.name(), facts, log);
      int replicas = found.partitions().getFirst().replicas().size();
      Map<String, String> config = kafka.config(topic);
      TopicRules.deletesOldRecordsOnly(topic, config.get("cleanup.policy"));

      if (log.epochs().isEmpty()) {
        log = begin(kafka, control, hasControl, found, replicas, created);
      } else if (facts.logId() == null) {
        events.normal(
            cluster, "LogTakenOver", "goes on with the log that " + control.name() + " tells of");
      }
      Epoch current = log.current().orElseThrow();
      facts =
          facts.withLog(log.logId().orElseThrow().uid(), current.number(), current.partitions());
      correctConfig(kafka, config, created ? TopicRules.created(cluster, replicas) : asked());
      advice.addAll(TopicRules.advice(cluster, topic, replicas, config));
      Strays.look(kafka, topic, current.partitioning().apiName()).ifPresent(advice::add);
      TopicRules.samePartitioning(spec.rooms().partitioning(), current);
    }

    private Map<String, String> asked() {
      return spec.topic().config();
    }

    private void refuse(ChatCluster owner) {
      String name = owner.getMetadata().getNamespace() + "/" + owner.getMetadata().getName();
      throw new KafkaFailure(
          Reason.TOPIC_TAKEN,
          "ChatCluster/" + owner.getMetadata().getName(),
          "topic "
              + topic
              + " belongs to the older ChatCluster "
              + name
              + ": set spec.topic.name of a new ChatCluster to another one, or delete "
              + name);
    }

    private void know(TopicDescription found, boolean created) {
      facts =
          facts.withTopic(
              new ChatClusterStatus.Topic(
                  topic, found.topicId().toString(), found.partitions().size(), created));
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
      TopicRules.notTooWide(topic, partitions, spec.partitions());
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
      know(kafka.describe(topic).orElseThrow(), created);
      return log;
    }

    private void correctConfig(
        Kafka kafka, Map<String, String> actual, Map<String, String> wanted) {
      Map<String, String> changes = TopicRules.toAlter(wanted, actual);
      if (changes.isEmpty()) return;
      try {
        kafka.alter(topic, changes);
        events.normal(
            cluster,
            "TopicConfigured",
            "set "
                + String.join(", ", changes.keySet())
                + " of the topic "
                + topic
                + " as the spec has it");
      } catch (KafkaFailure e) {
        // The log itself is well.
        troubles.add(e.trouble());
      }
    }
  }
}
