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
 */
public record Outgoing(
    String room, byte[] body, List<MessageHeader> headers, String idempotencyKey) {}
