/**
 * A real Kafka broker, or a few, in this JVM or as processes: what the tests and the quickstart
 * talk to. Knows Kafka only, nothing of rooms.
 */
package dev.chatcluster.kafka;
