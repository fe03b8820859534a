/**
 * The meters of the way between Kafka and rooms, named and described in one place. Sockets count
 * for themselves.
 */
package dev.chatcluster.consumer.metrics;
