package dev.chatcluster.consumer.router;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;

/** Waits for what Kafka was asked. */
final class Answer {
  private Answer() {}

  /**
   * The answer.
   *
   * @throws KafkaException when there is none
   */
  static <T> T of(CompletableFuture<T> asked) throws InterruptedException {
    try {
      return asked.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KafkaException refused) throw refused;
      throw new KafkaException(e.getCause());
    }
  }
}
