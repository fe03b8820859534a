/**
 * Faults for real: real processes, a real broker, rescales at random, and one order for each room
 * all the same.
 */
package dev.chatcluster.e2e.chaos;
