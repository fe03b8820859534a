/**
 * From a room's entries to the sockets of one event loop: encoded once per subscription id, written
 * to many, flushed once. Everything here is owned by its loop and never shared with another.
 */
package dev.chatcluster.consumer.fanout;
