/**
 * The operator as the process that it is in production, on a real API server with its controllers.
 * No scheduler and no node: pods are played, so that hundreds of them cost little.
 */
package dev.chatcluster.operator.real;
