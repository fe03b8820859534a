/**
 * The operator as a whole, on a Kubernetes API and a real Kafka. What is pure is tested in its own
 * package, without either.
 */
package dev.chatcluster.operator;
