/**
 * The product as it runs in production, every part of it a process that can be killed and frozen:
 * brokers, operators, pods. The Kubernetes API and the node are the quickstart's, in this JVM.
 */
package dev.chatcluster.e2e.chaos.cluster;
