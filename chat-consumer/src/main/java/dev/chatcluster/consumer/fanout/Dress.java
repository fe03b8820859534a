package dev.chatcluster.consumer.fanout;

import dev.chatcluster.consumer.stomp.StompVersion;

/**
 * All in which the frames of one message differ from subscription to subscription. Nearly all
 * clients share a few of them, since their libraries count {@code sub-0}, {@code sub-1} and so on.
 *
 * @param subscription the client's id; null in STOMP 1.0 without one
 * @param acknowledged whether MESSAGE has to carry an {@code ack} header
 */
public record Dress(String subscription, StompVersion version, boolean acknowledged) {}
