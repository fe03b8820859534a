/**
 * WebSocket frames of a server as bytes: the head of a message, pings, pongs, closes and their
 * codes. Pure functions, so that a frame can be made ready once and written to many.
 */
package dev.chatcluster.consumer.websocket.frame;
