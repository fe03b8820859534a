/**
 * History that a listener asks for: one scan of a partition serves all who wait on it, and ends in
 * the live reading without gap or overlap. It reads with a consumer of its own, so that no live
 * room waits for somebody's past.
 */
package dev.chatcluster.consumer.replay;
