/**
 * A room as its readers and its listeners see it: entries, and the port through which a session
 * joins a room. It knows nothing of sockets, frames or Kafka's client, so that both sides can be
 * tested alone.
 */
package dev.chatcluster.consumer.room;
