package dev.chatcluster.operator.status;

/**
 * How a partition's pods are.
 *
 * @param ready at least one pod is ready
 * @param settled all its pods are of the wanted template, and ready
 */
public record PartitionState(int partition, boolean ready, boolean settled) {}
