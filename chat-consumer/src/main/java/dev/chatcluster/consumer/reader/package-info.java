/**
 * The live reading: one Kafka consumer for the pod's own and all followed partitions, and the rooms
 * in them. One thread owns all of it; others leave notes in its mailbox.
 */
package dev.chatcluster.consumer.reader;
