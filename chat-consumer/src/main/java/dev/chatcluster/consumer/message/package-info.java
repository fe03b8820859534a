/**
 * What a record of the topic is to rooms: a message of one, a stray, or nothing. Live reading and
 * replay ask here, so that both see the same log.
 */
package dev.chatcluster.consumer.message;
