/**
 * How long the quickstart takes until everything is up, and what it then occupies. It is started as
 * a user starts it, on an empty folder and again on the folder it left.
 */
package dev.chatcluster.benchmarks.quickstart;
