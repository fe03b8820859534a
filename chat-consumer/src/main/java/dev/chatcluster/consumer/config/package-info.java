/**
 * What the pod is told by its environment, read once at start into one record. Every problem is
 * found in that one reading, and each names its variable and what it wants.
 */
package dev.chatcluster.consumer.config;
