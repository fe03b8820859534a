package dev.chatcluster.consumer.router;

import dev.chatcluster.consumer.config.KafkaAccess;
import dev.chatcluster.consumer.metrics.RouterMetrics;
import dev.chatcluster.consumer.send.TopicLimit;
import dev.chatcluster.roomlog.room.RoomSource;

/**
 * What all routers of a pod share.
 *
 * @param topic the data topic
 * @param pod this pod's name
 * @param kafka how Kafka is reached
 * @param source where a record carries its room
 * @param positions how far routers have come
 * @param seen what the live reading has seen
 * @param limit of a record
 */
public record RouterSetup(
    String topic,
    String pod,
    KafkaAccess kafka,
    RoomSource source,
    RouterPositions positions,
    Seen seen,
    TopicLimit limit,
    RouterMetrics metrics) {}
