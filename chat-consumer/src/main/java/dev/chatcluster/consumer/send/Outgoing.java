package dev.chatcluster.consumer.send;

import dev.chatcluster.consumer.room.MessageHeader;
import java.util.List;

/**
 * A message that a client wants in a room.
 *
 * @param room a valid room id
 * @param body the record's value as it will be; may be empty
 * @param headers travel as record headers and come back on MESSAGE
 * @param idempotencyKey the client's own name for the message, which no other message of any client
 *     has, the same on a retry; null without
 * @param afterAck what the client was told of its last message to the room, over any connection;
 *     null when it does not say
 */
public record Outgoing(
    String room, byte[] body, List<MessageHeader> headers, String idempotencyKey, String afterAck) {
  /** A message of a client that does not say what it sent before. */
  public Outgoing(String room, byte[] body, List<MessageHeader> headers, String idempotencyKey) {
    this(room, body, headers, idempotencyKey, null);
  }
}
