package dev.chatcluster.operator.status;

/**
 * The condition of that name.
 *
 * @param holds whether the change of the partition count goes on, its last pods included
 * @param settled whether the count that holds is the one that was asked for
 * @param message what it waits for; a sentence that stays the same while it does
 */
public record Rescaling(boolean holds, boolean settled, String reason, String message) {}
