/**
 * The commands whose output the documents quote. Each starts what it measures in processes of its
 * own and prints a table with the machine it ran on.
 */
package dev.chatcluster.benchmarks;
