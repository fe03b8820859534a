/**
 * Changes the partition count under load: what comes next is decided by a pure function of the
 * control log and of what there is, and done by one thread a ChatCluster. Every step may be
 * repeated, after a crash or by another operator, with the same result.
 */
package dev.chatcluster.operator.rescale;
