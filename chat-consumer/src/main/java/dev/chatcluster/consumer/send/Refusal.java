package dev.chatcluster.consumer.send;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * What Kafka's refusal of a record means for the client.
 *
 * @param sentence what, where, what to do
 * @param retry whether the same message may be taken later; then nothing is known of it, and what
 *     its session sent after it must not overtake it
 */
record Refusal(String sentence, boolean retry) {
  /** Whether it is the record itself that Kafka will never take. */
  static boolean forGood(Exception error) {
    return error instanceof RecordTooLargeException || error instanceof InvalidRecordException;
  }

  static Refusal of(String topic, int bytes, Exception error) {
    return new Refusal(sentence(topic, bytes, error), !forGood(error));
  }

  static Refusal unanswered(String topic) {
    return new Refusal(notAcknowledged(topic), true);
  }

  private static String sentence(String topic, int bytes, Exception error) {
    return switch (error) {
      case RecordTooLargeException _ ->
          "The message has "
              + bytes
              + " bytes, more than topic "
              + topic
              + " takes: send a smaller one, or raise the topic's max.message.bytes.";
      case InvalidRecordException _ ->
          "Kafka refused the message for topic " + topic + " as invalid: send another.";
      case AuthorizationException _ ->
          "This server may not write to topic "
              + topic
              + ": try again when its operator has granted Write.";
      default -> notAcknowledged(topic);
    };
  }

  private static String notAcknowledged(String topic) {
    return "Kafka has not acknowledged the message for topic " + topic + ": try again.";
  }
}
