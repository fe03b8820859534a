/**
 * Clients that follow a room over reconnects: a lean one of our own for volume, Spring's, and
 * stompjs under Node. All of them leave a {@link dev.chatcluster.e2e.client.Reception}.
 */
package dev.chatcluster.e2e.client;
