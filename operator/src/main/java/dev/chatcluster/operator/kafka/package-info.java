/**
 * What is asked of a Kafka cluster, with short timeouts, and why it was not done, in a sentence of
 * its own for each reason. Knows topics and groups, and of ChatClusters only how they reach Kafka.
 */
package dev.chatcluster.operator.kafka;
