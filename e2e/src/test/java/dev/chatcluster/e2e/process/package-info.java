/**
 * The processes a test starts and ends: consumers, Node, Kafka's own tools. Each one's output goes
 * to a file below {@code target/}, named in every failure.
 */
package dev.chatcluster.e2e.process;
