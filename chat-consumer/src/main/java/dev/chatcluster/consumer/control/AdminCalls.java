package dev.chatcluster.consumer.control;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What the admin client is asked for here, waited for. */
final class AdminCalls {
  private AdminCalls() {}

  /** The topic's description; empty when there is no such topic. */
  static Optional<TopicDescription> describe(Admin admin, String topic)
      throws InterruptedException {
    try {
      return Optional.of(await(admin.describeTopics(Set.of(topic)).topicNameValues().get(topic)));
    } catch (UnknownTopicOrPartitionException absent) {
      return Optional.empty();
    }
  }

  /** Waits for an answer; a refusal is thrown as Kafka's own exception. */
  static <T> T await(KafkaFuture<T> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KafkaException refused) throw refused;
      throw new KafkaException(e.getCause());
    }
  }

  /** The innermost sentence, with a full stop. */
  static String reason(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) cause = cause.getCause();
    String message =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return message.endsWith(".") ? message : message + ".";
  }
}
