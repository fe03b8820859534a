package dev.chatcluster.consumer.control;

import dev.chatcluster.consumer.config.Own;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;

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
