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
  static Refusal of(String topic, int bytes, Exception error) {
    if (error instanceof RecordTooLargeException) {
      return new Refusal(
          "The message has "
              + bytes
              + " bytes, more than topic "
              + topic
              + " takes: send a smaller one, or raise the topic's max.message.bytes.",
          false);
    }
    if (error instanceof InvalidRecordException) {
      return new Refusal(
          "Kafka refused the message for topic " + topic + " as invalid: send another.", false);
    }
    if (error instanceof AuthorizationException) {
      return new Refusal(
          "This server may not write to topic "
              + topic
              + ": try again when its operator has granted Write.",
          true);
    }
    return unanswered(topic);
  }

  static Refusal unanswered(String topic) {
    return new Refusal(
        "Kafka has not acknowledged the message for topic " + topic + ": try again.", true);
  }
}
