/** Messages at an even rate, each stamped with the time at which it was due, sent or not. */
package dev.chatcluster.benchmarks.load;
