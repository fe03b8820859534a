package dev.chatcluster.operator.topic;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.operator.access.Access;
import dev.chatcluster.operator.access.Secrets;
import dev.chatcluster.operator.desired.ChildNames;
import dev.chatcluster.operator.event.Events;
import dev.chatcluster.operator.kafka.ControlTopic;
import dev.chatcluster.operator.kafka.Kafka;
import dev.chatcluster.operator.kafka.KafkaConnections;
import dev.chatcluster.operator.kafka.KafkaFailure;
import dev.chatcluster.operator.spec.SpecRules;
import dev.chatcluster.operator.status.Reason;
import dev.chatcluster.operator.status.TopicFacts;
import dev.chatcluster.operator.status.Trouble;
import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.ControlRecord.Owned;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Owner;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a ChatCluster's topic and control topic what they must be; thread-safe. */
public final class TopicStep {
  private static final Logger LOG = LoggerFactory.getLogger(TopicStep.class);

  private final KafkaConnections connections;
  private final Secrets secrets;
  private final Events events;
  private final InstantSource clock;
  private final Supplier<Place> place;

  /**
   * A step.
   *
   * @param place where the operator is, and what it sees just now
   */
  public TopicStep(
      KafkaConnections connections,
      Secrets secrets,
      Events events,
      InstantSource clock,
      Supplier<Place> place) {
    this.place = place;
    this.connections = connections;
    this.secrets = secrets;
    this.events = events;
    this.clock = clock;
  }

  /**
   * One round over the log of {@code cluster}; never throws for what Kafka does.
   *
   * @param access to its Kafka
   * @param all ChatClusters there are, to see whose the topic is
   */
  public TopicResult settle(ChatCluster cluster, Access access, Stream<ChatCluster> all) {
    if (access instanceof Access.Unusable unusable) {
      TopicFacts known = TopicFacts.of(cluster.getStatus());
      return new TopicResult(false, known, Optional.empty(), unusable.troubles(), Optional.empty());
    }
    // A namespace that comes or goes meanwhile may be missing among all: it does not count as seen.
    Place before = place.get();
    List<ChatCluster> seen = all.toList();
    Place here = before.and(place.get());
    return new TopicRound(cluster, access, connections, events, clock, here, seen).result();
  }

  /** What the control topic says, read and nothing else; empty when that is not known now. */
  public Optional<ControlState> log(ChatCluster cluster, Access access) {
    TopicFacts facts = TopicFacts.of(cluster.getStatus());
    try {
      Kafka kafka = connections.of(cluster, access);
      ControlTopic control = new ControlTopic(kafka, ChildNames.topic(cluster));
      if (kafka.describe(control.name()).isEmpty()) return Optional.empty();
      ControlState log = control.read();
      TopicRules.sameTopic(control.name(), facts.topic().id(), facts, log);
      TopicRules.sameLog(control.name(), facts, log);
      // Another one's cut is not for us to complete.
      Optional<Owner> owner = log.owned().owner();
      return owner.isEmpty() || TopicRules.owns(cluster, owner)
          ? Optional.of(log)
          : Optional.empty();
    } catch (KafkaFailure e) {
      return Optional.empty();
    }
  }

  /** The log of a ChatCluster that is gone becomes nobody's, if Kafka can be told now. */
  public void release(ChatCluster gone) {
    TopicFacts facts = TopicFacts.of(gone.getStatus());
    if (facts.logId() == null || gone.getSpec() == null) return;
    try {
      Kafka kafka = connections.of(gone, secrets.access(gone));
      ControlTopic control = new ControlTopic(kafka, ChildNames.topic(gone));
      if (kafka.describe(control.name()).isEmpty()) return;
      ControlState log = control.read();
      TopicRules.sameLog(control.name(), facts, log);
      Owned owned = log.owned();
      if (TopicRules.owns(gone, owned.owner())) {
        control.append(new Owned(owned.number() + 1, Optional.empty()));
      }
    } catch (KafkaFailure e) {
      LOG.info(
          "{} is gone, and {} does not say so: {}; a ChatCluster elsewhere that is to have the"
              + " topic says whom it takes it from",
          TopicRules.name(gone),
          Names.controlTopic(ChildNames.topic(gone)),
          e.trouble().message());
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
    if (cluster.getSpec() != null && cluster.getSpec().topic().external()) {
      leave(cluster, "spec.topic.management is External");
      return Optional.empty();
    }
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
    List<String> invalid =
        SpecRules.problems(cluster, Optional.empty()).stream()
            .filter(problem -> problem.startsWith("spec.kafka"))
            .toList();
    if (!invalid.isEmpty()) {
      return Optional.of(Trouble.of(Reason.INVALID_SPEC, "spec", String.join("; ", invalid)));
    }
    try {
      Kafka kafka = connections.of(cluster, secrets.access(cluster));
      String clusterId = kafka.clusterId();
      TopicRules.sameKafkaCluster(facts, clusterId);
      Optional<ChatCluster> user = TopicRules.otherUser(cluster, clusterId, all);
      if (user.isPresent()) {
        leave(cluster, "the ChatCluster " + TopicRules.name(user.get()) + " names the same");
        return Optional.empty();
      }
      Optional<Owner> owner = taken(kafka, cluster, topic);
      if (owner.isPresent()) {
        Owner other = owner.get();
        String name = other.namespace() + "/" + other.name() + " (uid " + other.uid() + ")";
        leave(cluster, "topic " + topic + " belongs to the ChatCluster " + name + " by now");
        return Optional.empty();
      }
      List<String> deleted = delete(kafka, cluster, facts);
      if (!deleted.isEmpty()) {
        String which = (deleted.size() == 1 ? "topic " : "topics ") + String.join(" and ", deleted);
        events.normal(
            cluster, "TopicDeleted", which + " deleted, as spec.topic.deletionPolicy asks");
      }
      // One that is not there at all was deleted before, perhaps by an operator that was killed.
      if (!deleted.contains(topic) && kafka.describe(topic).isPresent()) {
        String which = facts.announced() ? "" : " of the id " + facts.topic().id();
        leave(cluster, "no topic " + topic + which + " is there that the operator created");
      }
      return Optional.empty();
    } catch (KafkaFailure e) {
      return Optional.of(e.trouble());
    }
  }

  /** Who has taken the log from {@code cluster}. */
  private static Optional<Owner> taken(Kafka kafka, ChatCluster cluster, String topic) {
    ControlTopic control = new ControlTopic(kafka, topic);
    if (kafka.describe(control.name()).isEmpty()) return Optional.empty();
    Optional<Owner> owner = control.read().owned().owner();
    return TopicRules.owns(cluster, owner) ? Optional.empty() : owner;
  }

  private static List<String> delete(Kafka kafka, ChatCluster cluster, TopicFacts facts) {
    String topic = facts.topic().name();
    ControlTopic control = new ControlTopic(kafka, topic);
    Optional<TopicDescription> data = kafka.describe(topic);
    Optional<TopicDescription> log = kafka.describe(control.name());
    // Announced, and perhaps created by an operator that was killed before it could say more.
    String id = facts.topic().id();
    if (facts.announced() && data.isPresent()) {
      boolean ours = TopicRules.ours(cluster, facts, () -> kafka.config(topic));
      if (ours) id = data.get().topicId().toString();
    }
    boolean ourData = data.isPresent() && data.get().topicId().toString().equals(id);
    boolean ourLog = log.isPresent() && tellsOf(id, control.read());
    // Without an id in the status it is by the data that the control topic is known, after a kill.
    if (ourLog && facts.announced()) kafka.delete(control.name(), log.get().topicId());
    if (ourData) kafka.delete(topic, data.get().topicId());
    if (ourLog && !facts.announced()) kafka.delete(control.name(), log.get().topicId());
    List<String> deleted = new ArrayList<>();
    if (ourData) deleted.add(topic);
    if (ourLog) deleted.add(control.name());
    return deleted;
  }

  private void leave(ChatCluster cluster, String why) {
    events.warning(cluster, "TopicLeftBehind", "no topic is deleted: " + why);
  }

  private static boolean tellsOf(String topicId, ControlState log) {
    return log.logId().map(id -> id.topicId().equals(topicId)).orElse(true);
  }
}
