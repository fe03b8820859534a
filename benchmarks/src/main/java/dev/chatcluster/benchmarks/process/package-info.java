/**
 * What runs as processes of their own, as in production: Kafka, a consumer pod, or all that the
 * quickstart starts. Each ends with the benchmark.
 */
package dev.chatcluster.benchmarks.process;
