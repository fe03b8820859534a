/**
 * The log as a plain Kafka consumer reads it, and the comparison of it with what a client received.
 * The comparison is a pure function, so that it can be shown to find what it is there to find.
 */
package dev.chatcluster.e2e.log;
