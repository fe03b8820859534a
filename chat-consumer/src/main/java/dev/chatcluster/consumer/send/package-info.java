/**
 * Clients' messages on their way into Kafka: checked, kept in order, acknowledged only when Kafka
 * has. One thread hands records to the producer, because that call may block and a loop must not.
 */
package dev.chatcluster.consumer.send;
