package dev.chatcluster.operator.topic;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.operator.desired.ChildNames;
import dev.chatcluster.operator.event.Events;
import dev.chatcluster.operator.kafka.ControlTopic;
import dev.chatcluster.operator.kafka.Kafka;
import dev.chatcluster.operator.kafka.KafkaConnections;
import dev.chatcluster.operator.kafka.KafkaFailure;
import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.operator.status.TopicFacts;
import dev.chatcluster.operator.status.Trouble;
import dev.chatcluster.roomlog.epoch.ControlState;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.TopicDescription;

/** Makes a ChatCluster's topic and control topic what they must be; thread-safe. */
public final class TopicStep {
  private final KafkaConnections connections;
  private final Events events;
  private final InstantSource clock;

  /** Ids of topics by uid of whom they were created for, until a status could be written. */
  private final Map<String, String> created = new ConcurrentHashMap<>();

  public TopicStep(KafkaConnections connections, Events events, InstantSource clock) {
    this.connections = connections;
    this.events = events;
    this.clock = clock;
  }

  /**
   * One round over the log of {@code cluster}; never throws for what Kafka does.
   *
   * @param all ChatClusters there are, to see whose the topic is
   */
  public TopicResult settle(ChatCluster cluster, Stream<ChatCluster> all) {
    return new TopicRound(cluster, connections, events, clock, created).result(all);
  }

  /** What the control topic says, read and nothing else; empty when that is not known now. */
  public Optional<ControlState> log(ChatCluster cluster) {
    TopicFacts facts = TopicFacts.of(cluster.getStatus());
    try {
      Kafka kafka = connections.of(cluster);
      ControlTopic control = new ControlTopic(kafka, ChildNames.topic(cluster));
      if (kafka.describe(control.name()).isEmpty()) return Optional.empty();
      ControlState log = control.read();
      TopicRules.sameTopic(control.name(), facts.topic().id(), facts, log);
      TopicRules.sameLog(control.name(), facts, log);
      return Optional.of(log);
    } catch (KafkaFailure e) {
      return Optional.empty();
    }
  }

  /**
   * Deletes the topics of {@code cluster} that the operator created, unless another one needs them;
   * says so when it leaves them.
   *
   * @param all ChatClusters there are
   * @return why not, when Kafka does not do it now
   */
  public Optional<Trouble> delete(ChatCluster cluster, Stream<ChatCluster> all) {
    TopicFacts facts = TopicFacts.of(cluster.getStatus());
    if (facts.topic() == null || !Boolean.TRUE.equals(facts.topic().created())) {
      String which = facts.topic() == null ? "none" : facts.topic().name() + " was there before";
      leave(cluster, "the status names no topic as created by the operator (" + which + ")");
      return Optional.empty();
    }
    String topic = facts.topic().name();
    if (cluster.getSpec() == null || cluster.getSpec().kafka() == null) {
      return Optional.of(
          Trouble.of(Reason.INVALID_SPEC, "spec", "spec.kafka is missing: nobody knows which"));
    }
    try {
      Kafka kafka = connections.of(cluster);
      String clusterId = kafka.clusterId();
      TopicRules.sameKafkaCluster(facts, clusterId);
      Optional<ChatCluster> user = TopicRules.otherUser(cluster, clusterId, all);
      if (user.isPresent()) {
        leave(cluster, "the ChatCluster " + TopicRules.name(user.get()) + " names the same");
        return Optional.empty();
      }
      List<String> deleted = delete(kafka, facts);
      if (!deleted.isEmpty()) {
        String which = String.join(", ", deleted);
        events.normal(cluster, "TopicDeleted", "deleted of the topics: " + which);
      }
      if (!deleted.contains(topic)) {
        leave(cluster, "no topic " + topic + " of the id " + facts.topic().id() + " is there");
      }
      return Optional.empty();
    } catch (KafkaFailure e) {
      return Optional.of(e.trouble());
    }
  }

  private static List<String> delete(Kafka kafka, TopicFacts facts) {
    String topic = facts.topic().name();
    ControlTopic control = new ControlTopic(kafka, topic);
    Optional<TopicDescription> data = kafka.describe(topic);
    Optional<TopicDescription> log = kafka.describe(control.name());
    List<String> deleted = new ArrayList<>();
    if (data.isPresent() && data.get().topicId().toString().equals(facts.topic().id())) {
      kafka.delete(topic, data.get().topicId());
      deleted.add(topic);
    }
    if (log.isPresent() && tellsOf(facts, control.read())) {
      kafka.delete(control.name(), log.get().topicId());
      deleted.add(control.name());
    }
    return deleted;
  }

  private void leave(ChatCluster cluster, String why) {
    events.warning(cluster, "TopicLeftBehind", "no topic is deleted: " + why);
  }

  private static boolean tellsOf(TopicFacts facts, ControlState log) {
    return log.logId().map(id -> id.topicId().equals(facts.topic().id())).orElse(true);
  }

  /** Of all other ChatClusters nothing is kept. */
  public void keepOnly(Set<String> uids) {
    created.keySet().retainAll(uids);
  }
}
