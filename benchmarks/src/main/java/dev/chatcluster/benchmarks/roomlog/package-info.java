/**
 * What one log a room costs: rescales, strays, frozen and killed pods, rings, resumes. Each figure
 * stands beside its goal, and everything that is measured runs in processes of its own.
 */
package dev.chatcluster.benchmarks.roomlog;
