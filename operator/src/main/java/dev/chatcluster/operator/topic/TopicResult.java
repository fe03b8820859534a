package dev.chatcluster.operator.topic;

import dev.chatcluster.operator.status.Advice;
import dev.chatcluster.operator.status.TopicFacts;
import dev.chatcluster.operator.status.Trouble;
import dev.chatcluster.roomlog.epoch.ControlState;
import java.util.List;
import java.util.Optional;

/**
 * How a ChatCluster's log stands.
 *
 * @param reached whether Kafka answered, and is the one that holds the log
 * @param facts the newest known ones, also when something is wrong
 * @param log what the control topic says, empty when that is not known or is not its log
 * @param troubles empty when the log is as it should be
 * @param advice empty when Kafka did not tell enough
 */
public record TopicResult(
    boolean reached,
    TopicFacts facts,
    Optional<ControlState> log,
    List<Trouble> troubles,
    Optional<List<Advice>> advice) {}
