package dev.chatcluster.operator.status;

import java.time.Instant;

/**
 * How far the routers are behind.
 *
 * @param records that were in the topic and that no router has passed since
 * @param at when they were in the topic
 */
public record StrayLag(long records, Instant at) {}
