/**
 * What the operator is told from outside, read once at its start. All that is wrong with it is said
 * at once.
 */
package dev.chatcluster.operator.config;
