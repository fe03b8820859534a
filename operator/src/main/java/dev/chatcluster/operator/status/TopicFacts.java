package dev.chatcluster.operator.status;

import dev.chatcluster.api.v1.ChatClusterStatus;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;

/**
 * What is known of the log in Kafka; each part may be null as long as nobody knows it.
 *
 * @param topic as it was found last
 * @param partitions of the newest epoch
 */
public record TopicFacts(
    String kafkaClusterId,
    ChatClusterStatus.Topic topic,
    String logId,
    Integer epoch,
    Integer partitions) {
  /** Before the first look. */
  public static final TopicFacts NONE = new TopicFacts(null, null, null, null, null);

  /** What an earlier reconciliation wrote down. */
  public static TopicFacts of(ChatClusterStatus status) {
    return status == null
        ? NONE
        : new TopicFacts(
            status.kafkaClusterId(),
            status.topic(),
            status.logId(),
            status.epoch(),
            status.partitions());
  }

  /** Whether there is a log whose partitions can be served. */
  public boolean complete() {
    return partitions != null && topic != null && logId != null;
  }

  /**
   * Whether the topic is about to be created: the status says so before Kafka is asked, so that an
   * operator that is killed in between, or another one, knows whose the topic is.
   */
  public boolean announced() {
    return topic != null && topic.id() == null;
  }

  /** With the topic of that name announced. */
  public TopicFacts announcing(String name) {
    return withTopic(new ChatClusterStatus.Topic(name, null, null, true, null));
  }

  public TopicFacts withKafkaClusterId(String id) {
    return new TopicFacts(id, topic, logId, epoch, partitions);
  }

  public TopicFacts withTopic(ChatClusterStatus.Topic found) {
    return new TopicFacts(kafkaClusterId, found, logId, epoch, partitions);
  }

  /** With what a control topic says that has an epoch. */
  public TopicFacts with(ControlState log) {
    Epoch newest = log.current().orElseThrow();
    String uid = log.logId().orElseThrow().uid();
    return new TopicFacts(kafkaClusterId, topic, uid, newest.number(), newest.partitions());
  }
}
