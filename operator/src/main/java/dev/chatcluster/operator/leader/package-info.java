/**
 * Which of several operators acts: the one whose name stands on a Lease of the Kubernetes API. The
 * others stand by.
 */
package dev.chatcluster.operator.leader;
