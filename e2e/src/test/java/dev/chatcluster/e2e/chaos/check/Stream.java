package dev.chatcluster.e2e.chaos.check;

/**
 * What one client received of a room over all its connections.
 *
 * @param client its name
 * @param subscribedAt when it was told that it is subscribed
 * @param received with the times of arrival
 */
public record Stream(String client, long subscribedAt, Tape received) {}
