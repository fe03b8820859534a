package dev.chatcluster.consumer.control;

import dev.chatcluster.consumer.config.Own;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import java.time.Duration;

/** What follows from a control log for this process; pure. */
final class ControlRule {
  private ControlRule() {}

  /** What this pod can do with what the control log says. */
  sealed interface Verdict {
    /** It can serve. */
    record Serve(Topology topology) implements Verdict {}

    /** It can go on as before, but should get no clients. */
    record Refuse(String sentence) implements Verdict {}

    /** The topic is not the one whose log this is: nothing may be delivered. */
    record Halt(String sentence) implements Verdict {}

    /** There is no first epoch yet. */
    record Empty() implements Verdict {}

    /** Nothing follows yet: all stays as it was. */
    record GoOn() implements Verdict {}
  }

  /**
   * What follows when Kafka says that there is no such topic.
   *
   * @param served whether it was there before, since this process started
   * @param missingFor how long Kafka has said so
   * @param surely after this time it is believed: a broker that has just started may not know yet
   */
  static Verdict missing(String topic, boolean served, Duration missingFor, Duration surely) {
    if (!served) {
      return new Verdict.Refuse(
          "Topic " + topic + " does not exist: create it, or correct CHAT_TOPIC.");
    }
    if (missingFor.compareTo(surely) < 0) return new Verdict.GoOn();
    return new Verdict.Halt(
        "Topic "
            + topic
            + " was deleted: restore it, or delete "
            + topic
            + ".control too for a new, empty log.");
  }

  static Verdict judge(
      String topic, Own own, ControlState state, String topicId, int topicPartitions) {
    if (state.logId().isEmpty()) return new Verdict.Empty();
    Epoch first = state.epochs().getFirst();
    String recorded = state.logId().get().topicId();
    if (!recorded.equals(topicId)) {
      return new Verdict.Halt(
          "Topic "
              + topic
              + " was recreated: its id is "
              + topicId
              + ", but "
              + topic
              + ".control is of "
              + recorded
              + ". Delete the control topic too for a new, empty log, or restore the topic.");
    }
    if (first.partitions() > topicPartitions) {
      return new Verdict.Halt(
          "The first epoch has "
              + first.partitions()
              + " partitions, but topic "
              + topic
              + " only "
              + topicPartitions
              + ": it is not the topic that the control log was written for.");
    }
    if (state.epochs().size() > 1 || state.cutting().isPresent()) {
      return new Verdict.Refuse(
          "The control log of "
              + topic
              + " tells of a rescale, which this version cannot follow: upgrade chat-consumer.");
    }
    if (own instanceof Own.One one && one.partition() >= first.partitions()) {
      return new Verdict.Refuse(
          "CHAT_PARTITION is "
              + one.partition()
              + ", but the rooms of "
              + topic
              + " are in partitions 0 to "
              + (first.partitions() - 1)
              + ": give one of those.");
    }
    return new Verdict.Serve(Topology.of(state.logId().get(), state.epochs()));
  }
}
