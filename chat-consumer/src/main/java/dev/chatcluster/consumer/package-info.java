/**
 * One partition's pod: it reads the log, pushes rooms to clients and takes their messages. Here is
 * only the wiring; each part lives in its package.
 */
package dev.chatcluster.consumer;
