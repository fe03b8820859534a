/**
 * STOMP 1.0, 1.1 and 1.2 as bytes: reading frames that are split or coalesced anyhow, writing
 * frames, and the rules of versions, escapes and heart-beats. It does no input or output and knows
 * nothing of rooms.
 */
package dev.chatcluster.consumer.stomp;
