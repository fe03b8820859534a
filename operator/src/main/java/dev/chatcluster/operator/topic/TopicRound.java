package dev.chatcluster.operator.topic;

import dev.chatcluster.api.v1.ChatCluster;
import dev.chatcluster.api.v1.ChatClusterSpec;
import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.operator.access.Access;
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
import dev.chatcluster.roomlog.epoch.ControlRecord.Owned;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.epoch.Owner;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.room.Partitioning;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
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
  private final Access access;
  private final KafkaConnections connections;
  private final Events events;
  private final InstantSource clock;
  private final Place here;
  private final List<ChatCluster> all;
  private TopicFacts facts;
  private Optional<ControlState> log = Optional.empty();
  private boolean reached;
  private boolean advised;

  /**
   * A round.
   *
   * @param all ChatClusters that are seen from {@code here}
   */
  TopicRound(
      ChatCluster cluster,
      Access access,
      KafkaConnections connections,
      Events events,
      InstantSource clock,
      Place here,
      List<ChatCluster> all) {
    this.clock = clock;
    this.here = here;
    this.all = all;
    this.cluster = cluster;
    this.access = access;
    this.connections = connections;
    this.events = events;
    this.spec = cluster.getSpec();
    this.topic = ChildNames.topic(cluster);
    this.facts = TopicFacts.of(cluster.getStatus());
  }

  /** Makes the round, as far as Kafka lets it. */
  TopicResult result() {
    try {
      run();
    } catch (KafkaFailure e) {
      troubles.add(e.trouble());
    }
    return new TopicResult(
        reached, facts, log, troubles, advised ? Optional.of(advice) : Optional.empty());
  }

  private void run() {
    Kafka kafka = connections.of(cluster, access);
    String clusterId = kafka.clusterId();
    TopicRules.sameKafkaCluster(facts, clusterId);
    reached = true;
    ControlTopic control = new ControlTopic(kafka, topic);
    boolean hasControl = kafka.describe(control.name()).isPresent();
    if (!hasControl && facts.logId() != null) surelyGone(control.name());
    ControlState read = hasControl ? control.read() : ControlState.EMPTY;
    Owned owned = read.owned();
    if (!TopicRules.owns(cluster, owned.owner())) {
      TopicRules.otherOwner(cluster, clusterId, all.stream())
          .map(here::owner)
          .ifPresent(owner -> refuse(owner, owned));
      TopicRules.keptFrom(cluster, owned, here, clusterId, all)
          .ifPresent(owner -> refuse(owner, owned));
    }
    facts = facts.withKafkaClusterId(clusterId);

    Optional<TopicDescription> there = kafka.describe(topic);
    if (there.isEmpty()) {
      if (!TopicRules.neverWas(facts, read)) {
        surelyGone(topic);
        throw TopicRules.deleted(topic);
      }
      if (spec.topic().external()) throw TopicRules.missing(topic, spec.partitions());
      if (!facts.announced()) {
        facts = facts.announcing(topic);
        return;
      }
    }
    TopicDescription found = there.isPresent() ? there.get() : create(kafka);
    String id = found.topicId().toString();
    TopicRules.sameTopic(topic, id, facts, read);
    boolean created = TopicRules.ours(cluster, facts, () -> kafka.config(topic));
    boolean isNew = facts.topic() == null || facts.announced() && !created;
    boolean takenOver = isNew && !read.epochs().isEmpty();
    know(found, created);
    TopicRules.sameLog(control.name(), facts, read);
    if (!read.epochs().isEmpty()) read = own(control, read);
    int replicas = found.partitions().getFirst().replicas().size();
    // One that we created and did not come to use has as many as the spec said then.
    if (read.epochs().isEmpty() && !created) {
      TopicRules.notTooWide(topic, found.partitions().size(), spec.partitions());
    }
    Map<String, String> config =
        correctConfig(kafka, created ? TopicRules.created(cluster, replicas) : asked());
    TopicRules.deletesOldRecordsOnly(topic, config.get("cleanup.policy"));

    if (read.epochs().isEmpty()) {
      read = begin(kafka, control, hasControl, read, found, replicas, created);
      found = described(kafka);
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

  /** A log is not given up for one broker that does not know of it: it is looked for again. */
  private void surelyGone(String which) {
    if (TopicRules.surelyGone(which, cluster.getStatus(), clock.instant())) return;
    reached = false;
    throw TopicRules.notFound(which);
  }

  /** The topic, which was there a moment ago. */
  private TopicDescription described(Kafka kafka) {
    return kafka.describe(topic).orElseThrow(() -> TopicRules.notFound(topic));
  }

  private Map<String, String> asked() {
    return spec.topic().config();
  }

  /**
   * Who is first in the control topic has the log, of all that may take it. Its owner says anew
   * where it is before the last key of that place that the record knows is replaced.
   */
  private ControlState own(ControlTopic control, ControlState read) {
    Owned before = read.owned();
    if (TopicRules.owns(cluster, before.owner()) && !here.outdates(before.owner().orElseThrow())) {
      return read;
    }
    control.append(new Owned(before.number() + 1, Optional.of(here.owner(cluster))));
    return owned(control.read());
  }

  private ControlState owned(ControlState read) {
    Optional<Owner> owner = read.owned().owner();
    if (!TopicRules.owns(cluster, owner)) owner.ifPresent(o -> refuse(o, read.owned()));
    return read;
  }

  private void refuse(Owner owner, Owned owned) {
    String name = owner.namespace() + "/" + owner.name();
    boolean near =
        here.sees(owner)
            || all.stream().anyMatch(seen -> TopicRules.owns(seen, Optional.of(owner)));
    throw new KafkaFailure(
        Reason.TOPIC_TAKEN,
        "ChatCluster/" + owner.name(),
        "topic "
            + topic
            + " belongs to the ChatCluster "
            + name
            + (near
                ? ", which has it already"
                : ", which this operator does not see (uid " + owner.uid() + ")")
            + ": set spec.topic.name of a new ChatCluster to another one, or delete "
            + name
            + (near
                ? ""
                : "; if that is gone and could not say so, annotate this one with "
                    + TopicRules.TAKE_TOPIC_FROM
                    + "="
                    + TopicRules.word(owned)));
  }

  private void know(TopicDescription found, boolean created) {
    ChatClusterStatus.Topic before = facts.topic();
    String id = found.topicId().toString();
    boolean same = before != null && id.equals(before.id()) && before.partitions() != null;
    // None is ever removed: a broker that tells of fewer has not heard of all yet.
    int known = same ? before.partitions() : 0;
    int partitions = Math.max(known, found.partitions().size());
    String grown = before == null ? null : before.grown();
    ChatClusterStatus.Topic now =
        new ChatClusterStatus.Topic(topic, id, partitions, created, grown);
    facts = facts.withTopic(known > 0 && partitions > known ? grown(now) : now);
  }

  private ChatClusterStatus.Topic grown(ChatClusterStatus.Topic now) {
    return new ChatClusterStatus.Topic(
        now.name(),
        now.id(),
        now.partitions(),
        now.created(),
        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** Creates the topic that was announced, unless somebody else has just done that. */
  private TopicDescription create(Kafka kafka) {
    boolean created;
    try {
      created =
          kafka.create(
              topic, spec.partitions(), spec.topic().replicas(), TopicRules.toCreate(cluster));
    } catch (KafkaFailure e) {
      // Whoever creates it then is not us; without an answer it may have been us.
      if (e.trouble().reason() != Reason.KAFKA_UNREACHABLE
          && e.trouble().reason() != Reason.KAFKA_ERROR) {
        facts = facts.withTopic(new ChatClusterStatus.Topic(topic, null, null, false, null));
      }
      throw e;
    }
    TopicDescription fresh = described(kafka);
    if (created) {
      know(fresh, true);
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
      ControlState read,
      TopicDescription found,
      int replicas,
      boolean created) {
    int partitions = found.partitions().size();
    if (partitions < spec.partitions()) {
      if (spec.topic().external()) {
        throw TopicRules.tooNarrow(topic, partitions, spec.partitions());
      }
      kafka.grow(topic, spec.partitions());
    }
    if (!hasControl) {
      kafka.create(control.name(), 1, replicas, ControlTopic.config(replicas));
    }
    int all = Math.max(partitions, spec.partitions());
    List<Long> ends = kafka.endOffsets(topic, all);
    Partitioning partitioning = Partitioning.ofApiName(spec.rooms().partitioning());
    // Strays in a topic of our own count from its beginning, those in an adopted one from now.
    List<Long> from = created ? Collections.nCopies(all, 0L) : ends;
    Epoch first = Epoch.adopting(spec.partitions(), partitioning, from);
    LogId ours = new LogId(UUID.randomUUID().toString(), found.topicId().toString());
    Owned owner = new Owned(read.owned().number() + 1, Optional.of(here.owner(cluster)));
    control.append(new EpochPublished(ours, first), owner);
    ControlState log = owned(control.read());
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
    if (changes.isEmpty() || spec.topic().external()) return config;
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
