/**
 * What all pods agree on: the log's identity and its epochs, as the control topic says. Nothing
 * here reads a message.
 */
package dev.chatcluster.consumer.control;
