/**
 * The Kafka side of a ChatCluster: its topic, its control topic, and what they say of the log.
 * Everything is asked with short timeouts, and every failure has its own reason and sentence.
 */
package dev.chatcluster.operator.topic;
