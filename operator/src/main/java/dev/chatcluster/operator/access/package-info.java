/**
 * How the Kafka of a ChatCluster is reached: its spec and the Secrets that it names, judged and
 * made into properties of Kafka's clients. Nothing of what the Secrets hold is ever logged or told.
 */
package dev.chatcluster.operator.access;
