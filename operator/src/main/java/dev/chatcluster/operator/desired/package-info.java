/**
 * The Kubernetes objects that a ChatCluster should have, computed from its spec and nothing else.
 * Pure: no client, no cluster, no clock.
 */
package dev.chatcluster.operator.desired;
