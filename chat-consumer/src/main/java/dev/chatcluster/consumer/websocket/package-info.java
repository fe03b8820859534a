/**
 * The client port: Netty's loops, the HTTP upgrade, and WebSocket frames in and out of a session.
 * It knows how connections begin, stay alive, and end, a drain included.
 */
package dev.chatcluster.consumer.websocket;
