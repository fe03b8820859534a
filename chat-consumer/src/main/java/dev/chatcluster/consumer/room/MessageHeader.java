package dev.chatcluster.consumer.room;

/**
 * A header that travels with a message: on a Kafka record as UTF-8, on a STOMP frame escaped.
 *
 * @param name not empty, never starting with {@code chat-}
 * @param value may be empty
 */
public record MessageHeader(String name, String value) {}
