/**
 * What the operating system says about processes and the machine. Linux only, since it reads {@code
 * /proc}.
 */
package dev.chatcluster.benchmarks.machine;
