package dev.chatcluster.consumer.control;

import dev.chatcluster.consumer.config.Own;
import dev.chatcluster.roomlog.epoch.ControlState;
import dev.chatcluster.roomlog.epoch.Epoch;
import dev.chatcluster.roomlog.order.RoomLog;
import dev.chatcluster.roomlog.position.LogId;
import dev.chatcluster.roomlog.position.Position;
import dev.chatcluster.roomlog.position.Token;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The log that this pod serves, and how its rooms lie in partitions. Immutable; a newer one
 * replaces it whole.
 *
 * @param state what the control log says, with at least epoch 0
 * @param log the rules of its epochs
 * @param fingerprint of the log's identity, kept because every message id carries it
 * @param topicPartitions the topic has, seen a second ago or later; never fewer than an epoch has
 */
public record Topology(ControlState state, RoomLog log, String fingerprint, int topicPartitions) {
  /** The topology of a control log that has its first epoch, over a topic of so many partitions. */
  public static Topology of(ControlState state, int topicPartitions) {
    int most = topicPartitions;
    for (Epoch each : state.epochs()) most = Math.max(most, each.partitions());
    String fingerprint = state.logId().orElseThrow().fingerprint();
    return new Topology(state, RoomLog.of(state.epochs()), fingerprint, most);
  }

  /** Whose log it is. */
  public LogId logId() {
    return state.logId().orElseThrow();
  }

  /** The epochs from 0; the last is in force. */
  public List<Epoch> epochs() {
    return state.epochs();
  }

  /** The epoch in force. */
  public Epoch current() {
    return epochs().getLast();
  }

  /** The partition that holds {@code room} now. */
  public int partitionOf(String room) {
    return current().partitionOf(room);
  }

  /**
   * The partitions of the topic that a process is the pod of in the epoch in force. A pod of a
   * partition that this epoch does not have owns none: it is starting, before the cut, or ending,
   * after it.
   */
  public List<Integer> ownedBy(Own own) {
    return owned(own, current().partitions());
  }

  /** The same of the epoch that is being cut; none while there is no cut. */
  public List<Integer> soonOwnedBy(Own own) {
    return state.cutting().map(cut -> owned(own, cut.partitions())).orElse(List.of());
  }

  private List<Integer> owned(Own own, int count) {
    return IntStream.range(0, topicPartitions)
        .filter(
            partition ->
                switch (own) {
                  case Own.All _ -> true;
                  case Own.One(int pod) -> partition % count == pod;
                })
        .boxed()
        .toList();
  }

  /** A position as clients see it. */
  public String token(Position position) {
    return new Token(fingerprint, position).toString();
  }
}
