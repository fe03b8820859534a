/**
 * Clients that take as little of the machine as they can: STOMP over WebSocket, read where the
 * bytes lie. One event loop has all of them.
 */
package dev.chatcluster.benchmarks.client;
