/**
 * Kubernetes Events about ChatClusters, for people. The same thing said again is counted, not
 * repeated, and an Event that cannot be written never holds anything up.
 */
package dev.chatcluster.operator.event;
