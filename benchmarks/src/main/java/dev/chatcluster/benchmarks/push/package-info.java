/**
 * From Kafka to many subscribers: how late messages are, and what each costs the server. The load
 * speaks STOMP over WebSocket and can be pointed at any server that does.
 */
package dev.chatcluster.benchmarks.push;
