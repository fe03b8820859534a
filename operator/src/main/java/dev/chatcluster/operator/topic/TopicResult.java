package dev.chatcluster.operator.topic;

import dev.chatcluster.operator.status.Advice;
import dev.chatcluster.operator.status.TopicFacts;
import dev.chatcluster.operator.status.Trouble;
import java.util.List;
import java.util.Optional;

/**
 * How a ChatCluster's log stands.
 *
 * @param reached whether Kafka answered, and is the one that holds the log
 * @param facts the newest known ones, also when something is wrong
 * @param troubles empty when the log is as it should be
 * @param advice empty when Kafka did not tell enough
 */
public record TopicResult(
    boolean reached, TopicFacts facts, List<Trouble> troubles, Optional<List<Advice>> advice) {}
