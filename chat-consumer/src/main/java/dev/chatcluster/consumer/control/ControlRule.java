package dev.chatcluster.consumer.control;

import dev.chatcluster.roomlog.Names;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import java.time.Duration;
import java.util.List;

/** What follows from a control log for this process; pure. */
final class ControlRule {
  private static final String REMEDY =
      "restore it with all its records; or begin a new log over the messages, by deleting the"
          + " ChatCluster and applying it again, or by starting a consumer with CHAT_PARTITION=all"
          + " anew: clients then cannot resume from before.";

  private ControlRule() {}

  /** What this pod can do with what the control log says. */
  sealed interface Verdict {
    /** It can serve. */
    record Serve(Topology topology) implements Verdict {}

    /** It can go on as before, but should get no clients. */
    record Refuse(String sentence) implements Verdict {}

    /** Nobody can say where messages belong: nothing may be delivered, sent or routed. */
    record Halt(String sentence) implements Verdict {}

    /** Another log than the one served so far: only a process that starts anew may serve it. */
    record StartAnew(String sentence) implements Verdict {}

    /** There is no first epoch yet. */
    record Empty() implements Verdict {}

    /** Nothing follows yet: all stays as it was. */
    record GoOn() implements Verdict {}
  }

  /**
   * What follows when Kafka says that there is no such data topic.
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
            + Names.controlTopic(topic)
            + " too for a new, empty log.");
  }

  /** The same for the control topic, once the log was served from it. */
  static Verdict controlMissing(String topic, Duration missingFor, Duration surely) {
    if (missingFor.compareTo(surely) < 0) return new Verdict.GoOn();
    return new Verdict.Halt("Topic " + Names.controlTopic(topic) + " was deleted: " + REMEDY);
  }

  /**
   * What follows from a control log that is read to its end.
   *
   * @param served the newest topology that was served; null before the first
   */
  static Verdict judge(
      String topic, Topology served, ControlState state, String topicId, int topicPartitions) {
    if (state.logId().isEmpty()) return served == null ? new Verdict.Empty() : lost(topic);
    Epoch first = state.epochs().getFirst();
    String recorded = state.logId().get().topicId();
    if (!recorded.equals(topicId)) {
      return new Verdict.Halt(
          "Topic "
              + topic
              + " was recreated: its id is "
              + topicId
              + ", but "
              + Names.controlTopic(topic)
              + " is of "
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
    if (served != null && !state.logId().get().equals(served.logId())) {
      return new Verdict.StartAnew(
          "Topic " + topic + " has a new log; this process served another and must start anew.");
    }
    if (served != null && !goesOn(served.epochs(), state.epochs())) return lost(topic);
    return new Verdict.Serve(Topology.of(state, topicPartitions));
  }

  private static boolean goesOn(List<Epoch> known, List<Epoch> now) {
    return now.size() >= known.size() && now.subList(0, known.size()).equals(known);
  }

  private static Verdict lost(String topic) {
    return new Verdict.Halt(
        "Topic " + Names.controlTopic(topic) + " no longer has the epochs that it had: " + REMEDY);
  }
}
