/**
 * What a record of the topic is to rooms: a record of the protocol, a message that names a room, or
 * nothing. Live reading and replay ask here, so that both see the same log.
 */
package dev.chatcluster.consumer.message;
