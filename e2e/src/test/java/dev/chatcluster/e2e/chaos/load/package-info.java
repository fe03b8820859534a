/**
 * Who writes to rooms and who listens: Kafka producers of every kind, and clients over STOMP that
 * come and go. Each remembers what it was promised and what it saw.
 */
package dev.chatcluster.e2e.chaos.load;
