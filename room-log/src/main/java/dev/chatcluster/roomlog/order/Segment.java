package dev.chatcluster.roomlog.order;

/**
 * One link in the chain of a room's log: where to look for the records that are at home in an
 * epoch.
 *
 * @param epoch its number
 * @param partition that owns the room in it
 * @param from offset of the first record that may be at home here: strays that nobody had routed
 *     when the epoch began count where they lie
 * @param to offset behind the last one; {@link Long#MAX_VALUE} while the epoch is the newest
 */
public record Segment(int epoch, int partition, long from, long to) {}
